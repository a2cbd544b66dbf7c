-- The answer to the server that asks for a key: what `vim.g.kimi.key` gives for an origin.

local M = {}

---@param text string
local function complain(text)
  require('kimi.client').say('vim.g.kimi.key ' .. text, vim.log.levels.WARN)
end

--- The result of a command, while which the editor goes on: its person may have to unlock a store.
---@param command string[]
---@param origin string
---@return vim.SystemCompleted
local function run(command, origin)
  local thread = coroutine.running()
  local options = { text = true, env = { KIMI_ORIGIN = origin } }
  if not thread then
    return vim.system(command, options):wait()
  end
  vim.system(
    command,
    options,
    vim.schedule_wrap(function(done)
      coroutine.resume(thread, done)
    end)
  )
  return coroutine.yield()
end

--- The first line that a command prints; what else it says may hold the key, and is not shown.
---@param command string[]
---@param origin string
---@return string|nil
local function printed(command, origin)
  local ok, done = pcall(run, command, origin)
  if not ok then
    complain(('cannot be run: %s'):format(command[1]))
  elseif done.code ~= 0 then
    complain(('failed: %s ended with %d'):format(command[1], done.code))
  else
    return vim.split(done.stdout or '', '\r?\n')[1]
  end
end

--- The answer to `kimi/apiKey`.
---@param params { origin: string, refused?: boolean }
---@return { key: string }|vim.NIL
function M.answer(params)
  local source = require('kimi.options').get().key
  local key
  if type(source) == 'table' then
    key = printed(source, params.origin)
  elseif source then
    local ok, given = pcall(source, params.origin)
    if ok then
      key = given
    else
      complain('failed, so there is no key')
    end
  end
  return type(key) == 'string' and key ~= '' and { key = key } or vim.NIL
end

return M
