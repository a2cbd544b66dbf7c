-- The commands that work by a picture: which one is meant, and what is sent of a command line.

local client = require('kimi.client')

local M = {}

--- The picture that the first word names, else the clipboard's; and the words that are left.
---@param text string
---@return table picture as the server takes it
---@return string rest
function M.take(text)
  local word, rest = text:match('^"([^"]+)"%s*(.*)$')
  if not word then
    word, rest = text:match('^(%S+)%s*(.*)$')
  end
  local path = word and vim.fs.normalize(vim.fn.fnamemodify(vim.fn.expand(word), ':p'))
  local ending = path and path:lower():match('%.(%w+)$')
  if ending and vim.list_contains({ 'png', 'jpg', 'jpeg', 'webp', 'gif', 'svg' }, ending) then
    return { path = path }, rest
  end
  return { clipboard = true }, text
end

--- Fill in the argument of a command from the words after it.
---@param argument table
---@param text string
---@return boolean ok false where there is no such picture
function M.fill(argument, text)
  local picture, rest = M.take(text)
  if picture.path and not vim.uv.fs_stat(picture.path) then
    client.say(('there is no picture %s.'):format(picture.path), vim.log.levels.ERROR)
    return false
  end
  argument.images = { picture }
  argument.instruction = rest ~= '' and rest or nil
  return true
end

return M
