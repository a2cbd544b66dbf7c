-- Switches of one job, written as Vim writes its own: `:Kimi fix ++thinking=on ++model=kimi-k2.6`.

local M = {}

local THINKING = { 'auto', 'on', 'off' }

--- The switches at the beginning of a text and what follows them; a word of complaint instead of
--- the switches where one is not known.
---@param text string
---@return {model?: string, thinking?: string, at?: string, name?: string}|string switches
---@return string rest
function M.take(text)
  local switches = {}
  while true do
    local name, value, rest = text:match('^%+%+(%a+)=(%S+)%s*(.*)$')
    if not name then
      break
    end
    local known = name == 'model'
      or name == 'name'
      or (name == 'at' and value == 'cursor')
      or (name == 'thinking' and vim.list_contains(THINKING, value))
    if known then
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
  local all = { '++model=', '++name=', '++at=cursor' }
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
