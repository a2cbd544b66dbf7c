-- What a question would send, in a buffer of its own; nothing is sent.

local M = {}

---@param preview {url: string, body: table|vim.NIL|nil, promptTokens: integer, usd: any, withheld: table[]}
function M.open(preview)
  local lines = {
    'Nothing was sent. This is what would be, to ' .. preview.url,
    ('About %d tokens'):format(preview.promptTokens)
      .. (
        type(preview.usd) == 'number' and (', at most $%.4f with the answer'):format(preview.usd)
        or ''
      ),
  }
  for _, one in ipairs(preview.withheld) do
    table.insert(lines, ('%s stays on this machine: %s'):format(one.what, one.rule))
  end
  table.insert(lines, '')
  local body = type(preview.body) == 'table' and preview.body or nil
  for _, message in ipairs(body and body.messages or {}) do
    table.insert(lines, '--- ' .. message.role .. ' ---')
    local parts = type(message.content) == 'table' and message.content
      or { { type = 'text', text = message.content } }
    for _, part in ipairs(parts) do
      local text = part.type == 'text' and part.text or '[a picture]'
      vim.list_extend(lines, vim.split(text, '\n', { plain = true }))
    end
    table.insert(lines, '')
  end
  if body then
    local rest = vim.tbl_extend('force', {}, body)
    rest.messages = nil
    table.insert(lines, '--- and ---')
    table.insert(lines, vim.json.encode(rest))
  end
  vim.cmd('botright new')
  local buffer = vim.api.nvim_get_current_buf()
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, lines)
  vim.bo[buffer].buftype = 'nofile'
  vim.bo[buffer].bufhidden = 'wipe'
  vim.bo[buffer].swapfile = false
  vim.bo[buffer].modifiable = false
  vim.keymap.set('n', 'q', '<Cmd>close<CR>', { buffer = buffer, desc = 'Kimi: close the preview' })
end

return M
