-- What Kimi is doing: beside the code it works on, and for the statusline.

local M = {}

local space = vim.api.nvim_create_namespace('kimi.progress')

---@type table<string, {buffer: integer, mark: integer}>
local marks = {}

---@type table<string|integer, {title: string, message: string}>
local heard = {}

---@param buffer integer
---@param row integer
---@param text string
---@param mark? integer
local function draw(buffer, row, text, mark)
  return vim.api.nvim_buf_set_extmark(buffer, space, row, 0, {
    id = mark,
    virt_text = { { '  Kimi: ' .. text .. ' ', 'KimiProgress' } },
    hl_mode = 'combine',
  })
end

--- Show beside the code, at the cursor's line where the buffer is on the screen.
---@param id string
---@param buffer integer
function M.begin(id, buffer)
  local window = vim.fn.bufwinid(buffer)
  if not require('kimi.options').get().progress or window == -1 then
    return
  end
  local row = vim.api.nvim_win_get_cursor(window)[1] - 1
  marks[id] = { buffer = buffer, mark = draw(buffer, row, 'waiting for Kimi') }
end

---@param id string
---@param message string
function M.report(id, message)
  local at = marks[id]
  if at and vim.api.nvim_buf_is_loaded(at.buffer) then
    local place = vim.api.nvim_buf_get_extmark_by_id(at.buffer, space, at.mark, {})
    if place[1] then
      draw(at.buffer, place[1], message, at.mark)
    end
  end
end

---@param id string
function M.finish(id)
  local at = marks[id]
  marks[id] = nil
  if at and vim.api.nvim_buf_is_loaded(at.buffer) then
    vim.api.nvim_buf_del_extmark(at.buffer, space, at.mark)
  end
end

--- One `$/progress` of the server, from the editor's own event.
---@param params {token: string|integer, value: table}
function M.heard(params)
  local value = params.value
  if value.kind == 'end' then
    heard[params.token] = nil
  else
    local before = heard[params.token] or { title = '', message = '' }
    heard[params.token] = {
      title = value.title or before.title,
      message = value.message or before.message,
    }
  end
  vim.cmd.redrawstatus({ bang = true })
end

--- See `require('kimi').status()`.
---@return string
function M.status()
  local _, one = next(heard)
  if not one then
    return ''
  end
  local count = vim.tbl_count(heard)
  local more = count > 1 and (' (and %d more)'):format(count - 1) or ''
  return one.title .. (one.message ~= '' and ': ' .. one.message or '') .. more
end

return M
