-- Switches of one job, written as Vim writes its own: `:Kimi fix ++thinking=on ++model=kimi-k2.6`.

local M = {}

local THINKING = { 'auto', 'on', 'off' }

--- The switches at the beginning of a text and what follows them; a word of complaint instead of
--- the switches where one is not known.
---@param text string
---@return {model?: string, thinking?: string}|string switches
---@return string rest
function M.take(text)
  local switches = {}
  while true do
    local name, value, rest = text:match('^%+%+(%a+)=(%S+)%s*(.*)$')
    if not name then
      break
    end
    if name == 'model' or (name == 'thinking' and vim.list_contains(THINKING, value)) then
      switches[name] = value
    else
      return ('there is no switch ++%s=%s. See :help kimi-switches'):format(name, value), text
    end
    text = rest
  end
  return switches, text
end

--- Completions of a word that begins with `++`.
---@param lead string
---@return string[]
function M.complete(lead)
  local all = { '++model=' }
  for _, value in ipairs(THINKING) do
    table.insert(all, '++thinking=' .. value)
  end
  return vim
    .iter(all)
    :filter(function(word)
      return lead ~= '' and vim.startswith(word, lead)
    end)
    :totable()
end

return M
