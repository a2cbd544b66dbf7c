-- What was typed after `:Kimi`, as a command of the server on the code that is meant.

local client = require('kimi.client')

local M = {}

---@class kimi.Call what was typed after `:Kimi`
---@field buffer integer
---@field lines? {[1]: integer, [2]: integer} rows from 0, where a range was given
---@field selected boolean whether the lines are those of the last selection by characters
---@field text string
---@field bang boolean
---@field model? string
---@field thinking? 'auto'|'on'|'off'
---@field at? 'cursor'
---@field name? string of a new component

--- The range a call means: the selection, whole lines, or the cursor (empty: the server widens it).
---@param one vim.lsp.Client
---@param call kimi.Call
---@return lsp.Range
local function range(one, call)
  local buffer = call.buffer
  if call.selected then
    local first, last =
      vim.api.nvim_buf_get_mark(buffer, '<'), vim.api.nvim_buf_get_mark(buffer, '>')
    local line = vim.api.nvim_buf_get_lines(buffer, last[1] - 1, last[1], false)[1] or ''
    -- The mark stands on the last character; what is meant ends behind it.
    local tail = vim.fn.matchend(line, '.', last[2])
    return client.range(one, buffer, first[1] - 1, first[2], last[1] - 1, math.max(tail, 0))
  elseif call.lines then
    local line = vim.api.nvim_buf_get_lines(buffer, call.lines[2], call.lines[2] + 1, false)[1]
      or ''
    return client.range(one, buffer, call.lines[1], 0, call.lines[2], #line)
  end
  local cursor = vim.api.nvim_win_get_cursor(0)
  return client.range(one, buffer, cursor[1] - 1, cursor[2], cursor[1] - 1, cursor[2])
end

--- The argument of a command on the code that a call means.
---@param one vim.lsp.Client
---@param call kimi.Call
---@return table
function M.place(one, call)
  return {
    uri = vim.uri_from_bufnr(call.buffer),
    range = range(one, call),
    version = vim.lsp.util.buf_versions[call.buffer],
    preview = call.bang or nil,
    model = call.model,
    thinking = call.thinking,
  }
end

--- Start a job, or show what it would send.
---@param one vim.lsp.Client
---@param call kimi.Call
---@param command string
---@param argument table
function M.execute(one, call, command, argument)
  client.execute(one, call.buffer, command, argument, call.bang and function(result)
    if result.preview then
      require('kimi.preview').open(result.preview)
    else
      client.say(result.message or result.state, vim.log.levels.WARN)
    end
  end or nil)
end

--- Whether a call is on all lines, as in `:%Kimi`.
---@param call kimi.Call
---@return boolean
function M.whole(call)
  local lines = call.lines
  return lines ~= nil
    and not call.selected
    and lines[1] == 0
    and lines[2] == vim.api.nvim_buf_line_count(call.buffer) - 1
end

--- Start a job on the code that a call means.
---@param call kimi.Call
---@param command string
---@param more? fun(one: vim.lsp.Client, argument: table): boolean|nil false: there is nothing to do
function M.start(call, command, more)
  client.with(call.buffer, function(one)
    local argument = M.place(one, call)
    if not more or more(one, argument) ~= false then
      M.execute(one, call, command, argument)
    end
  end)
end

--- Start a job that works by a picture and may draw the project's pages.
---@param call kimi.Call
---@param command string
---@param more fun(one: vim.lsp.Client, argument: table)
function M.start_seeing(call, command, more)
  client.with(call.buffer, function(first)
    require('kimi.trust').with(first, call.buffer, function(one)
      local argument = M.place(one, call)
      more(one, argument)
      if require('kimi.pictures').fill(argument, call.text) then
        M.execute(one, call, command, argument)
      end
    end)
  end)
end

return M
