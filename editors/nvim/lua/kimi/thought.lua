-- The reasoning before an answer: at the top of its window, folded away until somebody looks.

local M = {}

--- Close the reasoning in the view's window; folds belong to a window, not to its buffer.
---@param view kimi.View
function M.fold(view)
  if view.thought == 0 or not view:shown() then
    return
  end
  vim.api.nvim_win_call(view.window, function()
    local open = vim.fn.foldlevel(1) > 0 and vim.fn.foldclosed(1) == -1
    vim.wo.foldmethod = 'manual'
    vim.wo.foldenable = true
    vim.wo.fillchars = 'fold: '
    vim.wo.foldtext = "v:lua.require'kimi.thought'.title()"
    vim.cmd.normal({ 'zE', bang = true })
    vim.cmd(('1,%dfold'):format(view.thought))
    if open then
      vim.cmd.normal({ 'zR', bang = true })
    end
  end)
end

--- What a closed fold shows.
---@return string
function M.title()
  return ('Reasoning, %d lines. za opens and closes it'):format(vim.v.foldend - vim.v.foldstart)
end

--- More of the reasoning; what comes after the answer has begun is left out.
---@param view kimi.View
---@param text string
function M.append(view, text)
  if view.answering or not vim.api.nvim_buf_is_valid(view.buffer) then
    return
  end
  view:write(text)
  view.thought = vim.api.nvim_buf_line_count(view.buffer)
  M.fold(view)
  view:draw()
end

--- Put the answer below the reasoning.
---@param view kimi.View
function M.over(view)
  if not view.answering and view.thought > 0 then
    view:write('\n\n')
    view.thought = view.thought + 1
    M.fold(view)
  end
  view.answering = true
end

return M
