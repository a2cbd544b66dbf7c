-- The server's configuration for `vim.lsp.enable('kimi_lsp')`. Data; the work is done elsewhere,
-- and only when there is some.

---@type vim.lsp.Config
return {
  cmd = { 'kimi-lsp', '--stdio' },
  root_markers = { '.git' },
  before_init = function(params, config)
    params.initializationOptions =
      require('kimi.options').server(config.init_options, config.root_dir)
  end,
  on_init = function(client)
    require('kimi.client').share_diagnostics(client)
  end,
  on_exit = function(code, signal, client_id)
    vim.schedule(function()
      require('kimi.jobs').lost(client_id, code, signal)
    end)
  end,
  handlers = {
    ['kimi/job'] = function(_, params, context)
      require('kimi.jobs').event(context.client_id, params)
    end,
    ['kimi/apiKey'] = function(_, params)
      return require('kimi.key').answer(params)
    end,
  },
}
