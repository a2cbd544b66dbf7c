if vim.g.loaded_kimi then
  return
end
vim.g.loaded_kimi = true

local links = {
  KimiTitle = 'FloatTitle',
  KimiStatus = 'Comment',
  KimiKey = 'Special',
  KimiProgress = 'DiagnosticVirtualTextInfo',
  KimiProblem = 'DiagnosticError',
  KimiAdd = 'DiffAdd',
  KimiDelete = 'DiffDelete',
}
for name, link in pairs(links) do
  vim.api.nvim_set_hl(0, name, { link = link, default = true })
end

vim.api.nvim_create_user_command('Kimi', function(call)
  require('kimi.command').run(call)
end, {
  nargs = '*',
  range = true,
  bang = true,
  bar = false,
  desc = 'Ask Kimi about the code at the cursor, or in the range',
  complete = function(lead, line)
    return require('kimi.command').complete(lead, line)
  end,
})

vim.api.nvim_create_autocmd('LspProgress', {
  group = vim.api.nvim_create_augroup('kimi', {}),
  desc = 'Redraw the statusline when Kimi says how far it is',
  callback = function(event)
    local client = vim.lsp.get_client_by_id(event.data.client_id)
    if client and client.name == 'kimi_lsp' then
      require('kimi.progress').heard(event.data.params)
    end
  end,
})
