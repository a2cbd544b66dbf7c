-- Whether what a fix was asked for is gone, told from what the editor's own linters say afterwards.

local client = require('kimi.client')

local M = {}

local MILLISECONDS = 2000

---@class kimi.Asked what one fix is to mend: how often each problem was there before it
---@field buffer integer
---@field before table<string, integer>

---@type table<string, lsp.Diagnostic[]> by the tag of the command
local tagged = {}

---@type table<string, kimi.Asked> by job
local asked = {}

local tags = 0

---@param problem {message: string, source?: string}
---@return string
local function name(problem)
  return (problem.source or '') .. '\0' .. problem.message
end

---@param buffer integer
---@return table<string, integer>
local function count(buffer)
  local found = {}
  for _, problem in ipairs(vim.diagnostic.get(buffer)) do
    found[name(problem)] = (found[name(problem)] or 0) + 1
  end
  return found
end

--- Give a fix that is about to be asked for a tag, by which its job is known again.
---@param argument table
function M.tag(argument)
  if argument.diagnostics and not argument.tag then
    tags = tags + 1
    argument.tag = 'fix-' .. tags
    tagged[argument.tag] = argument.diagnostics
  end
end

--- A job of such a tag began.
---@param job string
---@param tag string|nil
---@param buffer integer|nil
function M.begin(job, tag, buffer)
  local problems = tag and tagged[tag]
  if not problems or not buffer then
    return
  end
  tagged[tag] = nil
  local there, before = count(buffer), {}
  for _, problem in ipairs(problems) do
    before[name(problem)] = there[name(problem)]
  end
  asked[job] = next(before) and { buffer = buffer, before = before } or nil
end

--- A job ended without a change, so that there is nothing to look for.
---@param job string
function M.forget(job)
  asked[job] = nil
end

--- A fix was applied: say whether its problems are gone, where a linter looked again in time.
---@param job string
function M.watch(job)
  local one = asked[job]
  if not one or not vim.api.nvim_buf_is_valid(one.buffer) then
    return
  end
  asked[job] = nil
  local looked = false
  local watching = vim.api.nvim_create_autocmd('DiagnosticChanged', {
    buffer = one.buffer,
    callback = function()
      looked = true
    end,
  })
  vim.defer_fn(function()
    pcall(vim.api.nvim_del_autocmd, watching)
    if not looked or not vim.api.nvim_buf_is_valid(one.buffer) then
      return
    end
    local now, left = count(one.buffer), 0
    for problem, before in pairs(one.before) do
      if (now[problem] or 0) >= before then
        left = left + 1
      end
    end
    if left == 0 then
      client.say('the problem is gone.')
    else
      client.say('the problem is still there.', vim.log.levels.WARN)
    end
  end, MILLISECONDS)
end

return M
