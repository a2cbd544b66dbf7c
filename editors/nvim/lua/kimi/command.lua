-- `:Kimi` and its subcommands.

local calls = require('kimi.call')
local client = require('kimi.client')

local M = {}

---@class kimi.Subcommand
---@field help string
---@field run fun(call: kimi.Call)

---@type table<string, kimi.Subcommand>
M.subcommands = {
  explain = {
    help = 'explain the code at the cursor or in the range',
    run = function(call)
      calls.start(call, 'kimi.explain')
    end,
  },
  fix = {
    help = 'mend the diagnostics on the line or in the range',
    run = function(call)
      calls.start(call, 'kimi.fix', function(one, argument)
        local first = argument.range.start.line
        local last = argument.range['end'].line
        argument.diagnostics = client.diagnostics(one, call.buffer, first, last)
        if not next(argument.diagnostics) then
          client.say('there is no diagnostic here to fix. Put the cursor on one and ask again.')
          return false
        end
        if not call.lines then
          argument.range = argument.diagnostics[1].range
        end
      end)
    end,
  },
  edit = {
    help = 'change the code as the words after it say; asks for them if there are none',
    run = function(call)
      local function go(instruction)
        if instruction and vim.trim(instruction) ~= '' then
          calls.start(call, 'kimi.edit', function(_, argument)
            argument.instruction = vim.trim(instruction)
            if calls.whole(call) then
              -- Without a range it is the document that is meant, and other files where it takes them.
              argument.range = nil
            end
          end)
        end
      end
      if call.text ~= '' then
        go(call.text)
      else
        client.with(call.buffer, function()
          vim.ui.input({ prompt = 'Kimi, change this: ' }, go)
        end)
      end
    end,
  },
  component = {
    help = 'make a component from a picture: the file named after it, else the clipboard',
    run = function(call)
      calls.start_seeing(call, 'kimi.component', function(_, argument)
        argument.name = call.name
        if call.lines then
          return
        end
        if call.at == 'cursor' then
          argument.position = argument.range.start
        end
        argument.range = nil
      end)
    end,
  },
  visualfix = {
    help = 'mend code whose page looks wrong in a picture: a file, else the clipboard',
    run = function(call)
      calls.start_seeing(call, 'kimi.visualFix', function(_, argument)
        if not call.lines then
          argument.range = nil
        end
      end)
    end,
  },
  ask = {
    help = 'ask about the code, or go on with the last answer',
    run = function(call)
      local function go(text)
        if not text or vim.trim(text) == '' then
          return
        end
        client.with(call.buffer, function(one)
          local known = require('kimi.jobs').conversations[one.id]
          local argument = calls.place(one, call)
          if known and not call.lines then
            argument.uri, argument.range, argument.version = nil, nil, nil
          end
          argument.text, argument.conversation = vim.trim(text), known
          calls.execute(one, call, 'kimi.ask', argument)
        end)
      end
      if call.text ~= '' then
        go(call.text)
      else
        vim.ui.input({ prompt = 'Ask Kimi: ' }, go)
      end
    end,
  },
  new = {
    help = 'begin a new conversation with the next question',
    run = function()
      require('kimi.jobs').conversations = {}
    end,
  },
  accept = {
    help = 'make the proposed change at the cursor; with ! all of the buffer',
    run = function(call)
      require('kimi.review').accept(call.buffer, call.bang)
    end,
  },
  reject = {
    help = 'put the proposed change at the cursor away; with ! all of the buffer',
    run = function(call)
      require('kimi.review').reject(call.buffer, call.bang)
    end,
  },
  usage = {
    help = 'what Kimi took today, over all editors, and what is left',
    run = function(call)
      client.with(call.buffer, function(one)
        client.execute(one, call.buffer, 'kimi.usage', vim.empty_dict(), function(result)
          if not result.today then
            return client.say(result.message, vim.log.levels.WARN)
          end
          local today, left = result.today, result.budget.usdLeft
          client.say(
            ('today %d requests, %d tokens, %s; %s left of $%.2f.'):format(
              today.requests,
              today.promptTokens + today.completionTokens,
              type(today.usd) == 'number' and ('$%.4f'):format(today.usd) or 'price unknown',
              type(left) == 'number' and ('$%.4f'):format(left) or 'no bound',
              result.budget.usdPerDay
            )
          )
        end)
      end)
    end,
  },
  cancel = {
    help = 'stop everything Kimi is doing',
    run = function(call)
      if not require('kimi.jobs').cancel() then
        client.say('nothing is running.')
      end
    end,
  },
  log = {
    help = "open what the server and the editor logged about Kimi's work",
    run = function()
      require('kimi.log').open()
    end,
  },
}

local function usage()
  local lines = { { ':Kimi does one of these:\n', 'Title' } }
  for name, subcommand in vim.spairs(M.subcommands) do
    table.insert(lines, { ('  %-10s'):format(name), 'Special' })
    table.insert(lines, { ' ' .. subcommand.help .. '\n' })
  end
  table.insert(lines, { 'More in :help kimi' })
  vim.api.nvim_echo(lines, false, {})
end

--- Run `:Kimi`.
---@param call table as `nvim_create_user_command()` gives it
function M.run(call)
  local name, text = call.args:match('^%s*(%S*)%s*(.-)%s*$')
  if name == '' then
    return usage()
  end
  local subcommand = M.subcommands[name]
  if not subcommand then
    client.say(('there is no %q. Press <Tab> after :Kimi'):format(name), vim.log.levels.ERROR)
    return
  end
  local switches
  switches, text = require('kimi.switches').take(text)
  if type(switches) == 'string' then
    return client.say(switches, vim.log.levels.ERROR)
  end
  local lines, selected = nil, false
  if call.range > 0 then
    lines = { call.line1 - 1, call.line2 - 1 }
    selected = vim.fn.visualmode() == 'v'
      and call.line1 == vim.fn.line("'<")
      and call.line2 == vim.fn.line("'>")
  end
  subcommand.run({
    buffer = vim.api.nvim_get_current_buf(),
    lines = lines,
    selected = selected,
    text = text,
    bang = call.bang,
    model = switches.model,
    at = switches.at,
    name = switches.name,
    thinking = switches.thinking,
  })
end

--- Complete the subcommand, and the switches after it.
---@param lead string
---@param line string
---@return string[]
function M.complete(lead, line)
  local before = line:match('Kimi!?%s+(.*)$') or ''
  if before:find('^component%s') or before:find('^visualfix%s') then
    local switches = require('kimi.switches').complete(lead)
    return #switches > 0 and switches or vim.fn.getcompletion(lead, 'file')
  elseif before:find('%s') then
    return require('kimi.switches').complete(lead)
  end
  return vim
    .iter(vim.spairs(M.subcommands))
    :map(function(name)
      return name
    end)
    :filter(function(name)
      return vim.startswith(name, lead)
    end)
    :totable()
end

return M
