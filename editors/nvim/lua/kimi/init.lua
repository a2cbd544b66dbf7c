-- What a configuration calls. Nothing here needs to be called for the plugin to work.

local M = {}

--- What Kimi does now, for a statusline; an empty string while it does nothing.
---@return string
function M.status()
  return require('kimi.progress').status()
end

--- Explain, fix or change code: the same as `:Kimi`, for a key.
---@param name string a subcommand of `:Kimi`
---@param text? string what follows it, such as the instruction of `edit`
function M.run(name, text)
  local mode = vim.api.nvim_get_mode().mode
  if mode:find('^[vV\22]') then
    -- Leaving the visual mode is what sets its marks.
    vim.cmd.normal({ '\27', bang = true })
    vim.cmd("'<,'>Kimi " .. name .. (text and ' ' .. text or ''))
  else
    vim.cmd('Kimi ' .. name .. (text and ' ' .. text or ''))
  end
end

return M
