-- The one way to the server: which client, and what a command sends it.

local M = {}

M.NAME = 'kimi_lsp'

local START_MILLISECONDS = 5000

---@param text string
---@param level? integer
function M.say(text, level)
  vim.notify('Kimi: ' .. text, level or vim.log.levels.INFO, { title = 'Kimi' })
end

--- The path of the server's executable, or nil where there is none.
---@return string|nil
function M.executable()
  local configured = vim.lsp.config[M.NAME]
  local cmd = configured and configured.cmd
  local path = type(cmd) == 'table' and vim.fn.exepath(cmd[1]) or ''
  return path ~= '' and path or nil
end

---@return boolean
function M.enabled()
  if vim.lsp.is_enabled then
    return vim.lsp.is_enabled(M.NAME)
  end
  return vim.lsp._enabled_configs[M.NAME] ~= nil
end

---@param buffer integer
---@return vim.lsp.Client|nil
local function attached(buffer)
  return vim.lsp.get_clients({ bufnr = buffer, name = M.NAME })[1]
end

--- Why no server will ever come to a buffer, or nil where one may.
---@param buffer integer
---@return string|nil
local function hopeless(buffer)
  if vim.bo[buffer].buftype ~= '' then
    return 'this window holds no file. Go to one and ask again.'
  elseif not M.executable() then
    return 'the server is not installed. See :checkhealth kimi'
  elseif not M.enabled() then
    return "the server is not enabled. Put vim.lsp.enable('kimi_lsp') into init.lua, "
      .. 'or see :checkhealth kimi'
  end
end

--- Run with the client of a buffer, once it is there; else say what is missing.
---@param buffer integer
---@param run fun(client: vim.lsp.Client)
function M.with(buffer, run)
  local client = attached(buffer)
  if client then
    return run(client)
  end
  local problem = hopeless(buffer)
  if problem then
    return M.say(problem, vim.log.levels.WARN)
  end
  -- Asked just after the editor was opened: the server is on its way.
  local waiting = vim.api.nvim_create_autocmd('LspAttach', {
    buffer = buffer,
    callback = function()
      client = client or attached(buffer)
      if client then
        vim.schedule_wrap(run)(client)
        return true
      end
    end,
  })
  vim.defer_fn(function()
    if not client then
      pcall(vim.api.nvim_del_autocmd, waiting)
      M.say('the server did not start. See :checkhealth kimi', vim.log.levels.WARN)
    end
  end, START_MILLISECONDS)
end

--- Send a command. Its job is seen by its events; here only a refusal to begin is told.
---@param client vim.lsp.Client
---@param buffer integer
---@param command string
---@param argument table
---@param done? fun(result: any)
function M.execute(client, buffer, command, argument, done)
  local params = { command = command, arguments = { argument } }
  client:request('workspace/executeCommand', params, function(problem, result)
    if problem then
      M.say(problem.message, vim.log.levels.ERROR)
    elseif done then
      done(result)
    end
  end, buffer)
end

--- A place of a buffer as a client counts it.
---@param client vim.lsp.Client
---@param buffer integer
---@param row integer from 0
---@param column integer bytes from 0
---@return lsp.Position
local function position(client, buffer, row, column)
  local line = vim.api.nvim_buf_get_lines(buffer, row, row + 1, false)[1] or ''
  column = math.min(column, #line)
  return { line = row, character = vim.str_utfindex(line, client.offset_encoding, column, false) }
end

--- A range of a buffer as a client counts it; rows and bytes from 0, the end is not in it.
---@param client vim.lsp.Client
---@param buffer integer
---@return lsp.Range
function M.range(client, buffer, first, first_column, last, last_column)
  return {
    start = position(client, buffer, first, first_column),
    ['end'] = position(client, buffer, last, last_column),
  }
end

--- The diagnostics of every source on some lines, as our server reads them.
---@param client vim.lsp.Client
---@param buffer integer
---@param first integer row from 0
---@param last integer row from 0
---@return lsp.Diagnostic[]
function M.diagnostics(client, buffer, first, last)
  local found = {}
  for _, diagnostic in ipairs(vim.diagnostic.get(buffer)) do
    local final = diagnostic.end_lnum or diagnostic.lnum
    if diagnostic.lnum <= last and final >= first then
      -- What another server said is passed on whole, but for the range: it may count otherwise.
      local whole = vim.deepcopy(vim.lsp.diagnostic.from({ diagnostic })[1])
      whole.range = M.range(
        client,
        buffer,
        diagnostic.lnum,
        diagnostic.col,
        final,
        diagnostic.end_col or diagnostic.col
      )
      table.insert(found, whole)
    end
  end
  return found
end

--- Let the editor's code action menu send diagnostics of every source to our server, and know the
--- fixes that are asked for.
---
--- Neovim sends a server none but the server's own, so that a fix could be offered for none.
---@param client vim.lsp.Client
function M.share_diagnostics(client)
  local request = client.request
  ---@diagnostic disable-next-line: duplicate-set-field
  client.request = function(self, method, params, handler, buffer)
    if method == 'textDocument/codeAction' and params.context and params.range then
      local number = buffer and buffer ~= 0 and buffer or vim.api.nvim_get_current_buf()
      if not next(params.context.diagnostics or {}) then
        local range = params.range
        params = vim.deepcopy(params)
        params.context.diagnostics =
          M.diagnostics(client, number, range.start.line, range['end'].line)
      end
    end
    if method == 'workspace/executeCommand' and params.command == 'kimi.fix' then
      require('kimi.gone').tag(params.arguments[1])
    end
    return request(self, method, params, handler, buffer)
  end
end

return M
