-- Driven by test_neovim.py: fix a diagnostic through the editor's own functions, undo it, explain.
local cmd = vim.json.decode(vim.env.KIMI_TEST_COMMAND)

vim.o.swapfile = false
vim.o.shadafile = 'NONE'
vim.lsp.config('kimi_lsp', { cmd = cmd })
vim.lsp.enable('kimi_lsp')

local function wait(what, check)
  assert(vim.wait(15000, check, 20), 'waited in vain for ' .. what)
end

local function main()
  vim.cmd.edit(vim.env.KIMI_TEST_FILE)
  vim.bo.filetype = 'python'
  wait('the client', function()
    local client = vim.lsp.get_clients({ bufnr = 0, name = 'kimi_lsp' })[1]
    return client and client.initialized
  end)
  local before = vim.api.nvim_buf_get_lines(0, 0, -1, false)
  local namespace = vim.api.nvim_create_namespace('test')
  vim.diagnostic.set(namespace, 0, {
    { lnum = 1, col = 11, end_col = 17, message = '"radius" is not defined', source = 'test' },
  })
  vim.api.nvim_win_set_cursor(0, { 2, 12 })
  local titles = {}
  -- Neovim sends a server none but its own diagnostics along, unless they are handed over.
  local here = vim.diagnostic.get(0, { lnum = 1 })
  vim.lsp.buf.code_action({
    apply = true,
    context = { diagnostics = vim.lsp.diagnostic.from(here) },
    filter = function(action)
      table.insert(titles, action.title)
      return action.title == 'Fix with Kimi'
    end,
  })
  wait('the fix', function()
    return vim.api.nvim_buf_get_lines(0, 1, 2, false)[1] == '    return r * r'
      and vim.api.nvim_buf_get_lines(0, 2, 3, false)[1] == '# 😀 mended'
  end)
  assert(
    vim.deep_equal(titles, {
      'Fix with Kimi',
      'Explain with Kimi',
      'Document with Kimi',
      'Simplify with Kimi',
      'Add types with Kimi',
    }),
    vim.inspect(titles)
  )
  vim.cmd.undo()
  assert(
    vim.deep_equal(vim.api.nvim_buf_get_lines(0, 0, -1, false), before),
    'one undo was not enough'
  )

  vim.diagnostic.reset(namespace, 0)
  vim.api.nvim_win_set_cursor(0, { 1, 4 })
  vim.lsp.buf.code_action({
    apply = true,
    filter = function(action)
      return action.title == 'Explain with Kimi'
    end,
  })
  local function shown()
    for _, window in ipairs(vim.api.nvim_list_wins()) do
      local buffer = vim.api.nvim_win_get_buf(window)
      if table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), ' '):find('It squares') then
        return window
      end
    end
  end
  wait('the explanation beside the work', shown)
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    if vim.api.nvim_buf_get_name(vim.api.nvim_win_get_buf(window)) == vim.env.KIMI_TEST_FILE then
      vim.api.nvim_set_current_win(window)
    end
  end
  vim.api.nvim_win_set_cursor(0, { 1, 4 })
  vim.lsp.buf.hover()
  wait('the hover', function()
    local window = shown()
    return window
      and vim.iter(vim.api.nvim_list_wins()):any(function(one)
        return vim.api.nvim_win_get_config(one).relative ~= ''
      end)
  end)
end

local ok, problem = pcall(main)
io.stdout:write((ok and 'SEEN' or 'NOT SEEN ' .. tostring(problem)) .. '\n')
vim.cmd(ok and 'qa!' or 'cq!')
