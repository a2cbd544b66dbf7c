-- What a person's init.lua would hold, and nothing that would differ from run to run.
vim.opt.runtimepath:prepend(vim.env.KIMI_TEST_PLUGIN)
vim.o.swapfile = false
vim.o.shadafile = 'NONE'
vim.o.number = true
vim.o.statusline = "%f %m%=%{v:lua.require'kimi'.status()}"
vim.g.kimi = { review = vim.env.KIMI_TEST_REVIEW ~= nil }
vim.lsp.config('kimi_lsp', { cmd = vim.json.decode(vim.env.KIMI_TEST_COMMAND) })
vim.lsp.enable('kimi_lsp')
vim.api.nvim_create_autocmd('LspAttach', {
  callback = function()
    -- What a linter would report.
    local row, col = unpack(vim.fn.searchpos([[return .*\zs\<\(radius\|openings\)\>]], 'nw'))
    vim.diagnostic.set(vim.api.nvim_create_namespace('test'), 0, {
      {
        lnum = row - 1,
        col = col - 1,
        end_col = col + 5,
        message = 'the name is not defined',
        source = 'test',
      },
    })
  end,
})
