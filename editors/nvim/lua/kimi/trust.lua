-- Whether a project's own tooling may be run to draw its pages: asked and kept as |vim.secure| does.

local M = {}

local CONFIGURATIONS = { 'vite.config.ts', 'vite.config.js', 'vite.config.mjs', 'vite.config.mts' }

--- What was decided for a folder, or nil where nobody was asked yet.
---@param root string
---@return boolean|nil
local function decided(root)
  local file = io.open(vim.fn.stdpath('state') .. '/trust', 'r')
  local real = vim.uv.fs_realpath(root)
  if not file or not real then
    return nil
  end
  local found
  for line in file:lines() do
    local what, path = line:match('^(%S+) (.+)$')
    if path == real then
      found = what == 'directory'
    end
  end
  file:close()
  return found
end

--- Whether a folder is trusted, without a question.
---@param root? string
---@return boolean
function M.trusted(root)
  return root ~= nil and decided(root) == true
end

--- Ask once about a client's folder, where its tooling is needed at all; a yes is told to a server
--- started anew, for a running one takes no such leave.
---@param one vim.lsp.Client
---@param buffer integer
---@param run fun(client: vim.lsp.Client)
function M.with(one, buffer, run)
  local root = one.root_dir
  local file = vim.api.nvim_buf_get_name(buffer)
  local tooling = root
    and vim.fs.find(CONFIGURATIONS, { path = file, upward = true, stop = vim.fs.dirname(root) })
  if not tooling or #tooling == 0 or decided(root) ~= nil then
    return run(one)
  end
  if vim.secure.read(root) ~= true then
    return run(one)
  end
  local buffers = vim.tbl_keys(one.attached_buffers)
  one:stop()
  vim.wait(3000, function()
    return one:is_stopped()
  end, 20)
  local id = vim.lsp.start(one.config, {
    bufnr = buffer,
    reuse_client = function()
      return false
    end,
  })
  for _, other in ipairs(id and buffers or {}) do
    if vim.api.nvim_buf_is_loaded(other) then
      vim.lsp.buf_attach_client(other, id)
    end
  end
  require('kimi.client').with(buffer, run)
end

return M
