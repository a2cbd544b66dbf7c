-- `vim.g.kimi`, read anew each time it is needed: there is no setup to call or to forget.

local M = {}

---@class kimi.Options
---@field server? kimi.ServerSettings settings of the server
---@field key? string[]|fun(origin: string): string|nil a command that prints the key, or what gives it
---@field progress? boolean show what Kimi does beside the code it works on
---@field float? kimi.FloatOptions
---@field review? boolean show an edit first, to be accepted or rejected by hunks

---@class kimi.FloatOptions
---@field width? integer the most columns of the window an explanation streams into
---@field height? integer the most lines of it
---@field border? string|string[] as `nvim_open_win()` takes it
---@field focus? boolean put the cursor into it when it opens

---@type kimi.Options
M.defaults = {
  server = {},
  progress = true,
  review = true,
  float = { width = 84, height = 24, border = 'rounded', focus = true },
}

local TYPES = {
  server = { 'table' },
  key = { 'function', 'table' },
  progress = { 'boolean' },
  review = { 'boolean' },
  float = { 'table' },
  ['float.width'] = { 'number' },
  ['float.height'] = { 'number' },
  ['float.border'] = { 'string', 'table' },
  ['float.focus'] = { 'boolean' },
}

local function given()
  local options = vim.g.kimi
  return type(options) == 'table' and options or {}
end

---@param name string a dotted name
---@param value any
---@return string|nil problem
local function problem(name, value)
  local types = TYPES[name]
  if not types then
    return ('there is no setting %q'):format(name)
  end
  if not vim.list_contains(types, type(value)) then
    return ('%q must be a %s, not a %s'):format(name, table.concat(types, ' or a '), type(value))
  end
  if name == 'key' and type(value) == 'table' and not (vim.islist(value) and value[1]) then
    return '"key" must be a list of a command and its arguments'
  end
end

--- What is wrong with `vim.g.kimi`, a sentence each.
---@return string[]
function M.problems()
  local found = {}
  if vim.g.kimi ~= nil and type(vim.g.kimi) ~= 'table' then
    return { 'vim.g.kimi must be a table' }
  end
  for key, value in vim.spairs(given()) do
    found[#found + 1] = problem(key, value)
    if key == 'float' and type(value) == 'table' then
      for inner, one in vim.spairs(value) do
        found[#found + 1] = problem('float.' .. inner, one)
      end
    end
  end
  return found
end

--- The options in force; a wrong one counts as not given.
---@return kimi.Options
function M.get()
  local options = vim.deepcopy(M.defaults)
  for key, value in pairs(given()) do
    if key == 'float' and type(value) == 'table' then
      for inner, one in pairs(value) do
        if not problem('float.' .. inner, one) then
          options.float[inner] = one
        end
      end
    elseif not problem(key, value) then
      options[key] = value
    end
  end
  return options
end

--- The server's `initializationOptions`.
---@param configured? table `init_options` of `vim.lsp.config`
---@param root? string the workspace folder
---@return table
function M.server(configured, root)
  -- Read as absent where there is none: the server then asks nobody.
  local own = {
    jobEvents = true,
    apiKeyRequests = M.get().key and true or nil,
    trusted = require('kimi.trust').trusted(root) or nil,
    edit = { apply = M.get().review and 'hold' or 'now' },
  }
  return vim.tbl_deep_extend('force', own, configured or {}, M.get().server)
end

return M
