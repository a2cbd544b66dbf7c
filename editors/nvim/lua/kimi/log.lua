-- The editor keeps one log for all its servers; this shows our lines of it.

local M = {}

local TAIL_BYTES = 1024 * 1024

---@return string
local function path()
  return vim.lsp.log.get_filename()
end

---@return string[]
local function lines()
  local file = io.open(path(), 'rb')
  if not file then
    return {}
  end
  local size = file:seek('end')
  file:seek('set', math.max(size - TAIL_BYTES, 0))
  local text = file:read('*a')
  file:close()
  local found = {}
  for line in vim.gsplit(text, '\n', { plain = true, trimempty = true }) do
    if line:find('kimi', 1, true) then
      -- What a server wrote stands in one quoted string, its line ends escaped.
      local made = line:gsub('\\n', '\n'):gsub('\\"', '"'):gsub('\\t', '  ')
      vim.list_extend(found, vim.split(made, '\n', { plain = true, trimempty = true }))
    end
  end
  return found
end

--- Open our lines of the log in a split, newest last.
function M.open()
  local found = lines()
  if #found == 0 then
    found = { "Nothing was logged. The editor's whole log is " .. path() }
  end
  vim.cmd('botright new')
  local buffer = vim.api.nvim_get_current_buf()
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, found)
  vim.bo[buffer].buftype = 'nofile'
  vim.bo[buffer].bufhidden = 'wipe'
  vim.bo[buffer].swapfile = false
  vim.bo[buffer].modifiable = false
  vim.bo[buffer].filetype = 'log'
  vim.keymap.set('n', 'q', '<Cmd>close<CR>', { buffer = buffer, desc = 'Kimi: close the log' })
  vim.api.nvim_win_set_cursor(0, { #found, 0 })
end

return M
