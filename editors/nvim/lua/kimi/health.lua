-- `:checkhealth kimi`: each thing that can be wrong, with its cure.

local client = require('kimi.client')
local health = vim.health

local M = {}

local DOCTOR_MILLISECONDS = 15000

local function editor()
  health.start('Editor')
  if vim.fn.has('nvim-0.11') == 1 then
    health.ok('Neovim ' .. tostring(vim.version()))
  else
    health.error('Neovim is older than 0.11', { 'Install Neovim 0.11 or newer' })
  end
  local problems = require('kimi.options').problems()
  for _, problem in ipairs(problems) do
    health.error('vim.g.kimi: ' .. problem, { 'See :help kimi-settings for what there is' })
  end
  if #problems == 0 then
    health.ok('vim.g.kimi is ' .. (vim.g.kimi and 'understood' or 'not set: defaults are used'))
  end
end

local function state()
  health.start('Client')
  if not client.enabled() then
    health.error('The server is not enabled', { "Put vim.lsp.enable('kimi_lsp') into init.lua" })
    return
  end
  local clients = vim.lsp.get_clients({ name = client.NAME })
  if #clients == 0 then
    health.warn('The server is enabled, but not running', {
      'Open a file; if it still does not run, :Kimi log says why',
    })
  end
  for _, one in ipairs(clients) do
    local info = one.server_info or {}
    local buffers = vim.tbl_count(one.attached_buffers)
    local text = ('%s %s is running for %d buffer(s), in %s'):format(
      info.name or 'kimi-lsp',
      info.version or '?',
      buffers,
      one.root_dir or 'no folder'
    )
    health.ok(text)
  end
end

---@param executable string
---@return table|nil report
local function doctor(executable)
  local options = require('kimi.options').server((vim.lsp.config[client.NAME] or {}).init_options)
  local command = { executable, 'doctor', '--json', '--options', vim.json.encode(options) }
  local ok, done = pcall(function()
    return vim.system(command, { text = true }):wait(DOCTOR_MILLISECONDS)
  end)
  local read, report =
    pcall(vim.json.decode, ok and done.stdout or '', { luanil = { object = true } })
  if read and type(report) == 'table' then
    return report
  end
  health.error('The server does not start', {
    'Run `' .. executable .. ' doctor` in a terminal to see why',
    'Install it anew, see :help kimi-install',
  })
end

local function server()
  health.start('Server')
  local executable = client.executable()
  if not executable then
    health.error('The server is not installed, or not on PATH', {
      'Install it, see :help kimi-install',
      "Or say where it is: vim.lsp.config('kimi_lsp', { cmd = { '/path/to/kimi-lsp' } })",
    })
    return
  end
  local report = doctor(executable)
  if not report then
    return
  end
  health.ok(('kimi-lsp %s at %s'):format(report.version, executable))
  health.info('Endpoint: ' .. report.endpoint)
  local chosen = report.chosen or {}
  local model = chosen.model and chosen.model ~= report.model and ', which is ' .. chosen.model
    or ''
  health.info('Model: ' .. report.model .. model)
  local source = report.key.source or 'nowhere'
  -- The doctor asks nobody for a key; it says that the server would.
  source = source == 'kimi/apiKey' and require('kimi.options').get().key and 'vim.g.kimi.key'
    or source
  health.info('Key from: ' .. source)
  for _, problem in ipairs(report.problems) do
    health.error(problem, { 'See :help kimi-key and :help kimi-settings' })
  end
  if #report.problems == 0 then
    health.ok('Everything that explain, fix and edit need is there')
  end
end

function M.check()
  editor()
  state()
  server()
end

return M
