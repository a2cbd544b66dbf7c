-- Driven by test_plugin.py: one case of the plugin's behaviour, in a Neovim of its own.
vim.o.swapfile = false
vim.o.shadafile = 'NONE'
vim.opt.runtimepath:prepend(vim.env.KIMI_TEST_PLUGIN)
vim.cmd.runtime('plugin/kimi.lua')

local messages = {}
---@diagnostic disable-next-line: duplicate-set-field
vim.notify = function(text, level)
  table.insert(messages, { text = text, level = level })
end

local function wait(what, check)
  if not vim.wait(15000, check, 20) then
    error('waited in vain for ' .. what .. '; messages: ' .. vim.inspect(messages), 2)
  end
end

local function lines(first, last)
  return vim.api.nvim_buf_get_lines(0, first or 0, last or -1, false)
end

local function said(text)
  return vim.iter(messages):any(function(message)
    return message.text:find(text, 1, true) ~= nil
  end)
end

local function ready()
  local client = vim.lsp.get_clients({ bufnr = 0, name = 'kimi_lsp' })[1]
  return client and client.initialized
end

local function begin(config)
  vim.g.kimi = vim.tbl_extend('keep', vim.g.kimi or {}, { review = false })
  local cmd = vim.json.decode(vim.env.KIMI_TEST_COMMAND)
  vim.lsp.config('kimi_lsp', vim.tbl_extend('force', { cmd = cmd }, config or {}))
  vim.lsp.enable('kimi_lsp')
  vim.cmd.edit(vim.env.KIMI_TEST_FILE)
  vim.bo.filetype = 'python'
  wait('the client', ready)
end

local function diagnose()
  vim.diagnostic.set(vim.api.nvim_create_namespace('test'), 0, {
    { lnum = 1, col = 11, end_col = 17, message = '"radius" is not defined', source = 'test' },
  })
end

--- The text of a window that floats or is split off, and its number.
local function answer()
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    local buffer = vim.api.nvim_win_get_buf(window)
    if vim.bo[buffer].filetype == 'markdown' then
      return table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), '\n'), window
    end
  end
end

local function footer(window)
  return vim
    .iter(vim.api.nvim_win_get_config(window).footer or {})
    :map(function(chunk)
      return chunk[1]
    end)
    :join('')
end

local cases = {}

function cases.fix_is_one_undo_step()
  begin()
  diagnose()
  local before = lines()
  vim.api.nvim_win_set_cursor(0, { 2, 0 })
  vim.cmd('Kimi fix')
  wait('the fix', function()
    return lines(1, 2)[1] == '    return r * r'
  end)
  wait('the message', function()
    return said('changed shapes.py')
  end)
  vim.cmd.undo()
  assert(vim.deep_equal(lines(), before), 'one undo was not enough')
end

--- Fix, and let the linter look again as soon as the text is changed.
local function fix_and_look(problems)
  begin()
  diagnose()
  vim.api.nvim_win_set_cursor(0, { 2, 0 })
  vim.cmd('Kimi fix')
  wait('the message', function()
    return said('changed shapes.py')
  end)
  if problems then
    vim.diagnostic.set(vim.api.nvim_create_namespace('test'), 0, problems)
  end
end

function cases.fix_that_helps_is_told()
  fix_and_look({})
  wait('the good news', function()
    return said('the problem is gone')
  end)
end

function cases.fix_that_does_not_help_is_told()
  local same = { lnum = 3, col = 0, message = '"radius" is not defined', source = 'test' }
  fix_and_look({ same })
  wait('the bad news', function()
    return said('the problem is still there')
  end)
end

function cases.fix_that_nobody_looked_at_is_left_alone()
  fix_and_look()
  -- Nothing is to come, so that there is nothing to wait for but the time it could come in.
  vim.wait(3000)
  assert(not said('the problem is'), vim.inspect(messages))
end

function cases.the_menu_fixes_what_other_servers_report()
  begin()
  diagnose()
  vim.api.nvim_win_set_cursor(0, { 2, 0 })
  vim.lsp.buf.code_action({
    apply = true,
    filter = function(action)
      return action.title == 'Fix with Kimi'
    end,
  })
  wait('the fix', function()
    return lines(1, 2)[1] == '    return r * r'
  end)
end

function cases.no_diagnostic_no_fix()
  begin()
  vim.cmd('Kimi fix')
  assert(said('no diagnostic here'), vim.inspect(messages))
end

function cases.edit_of_a_selection_by_characters()
  begin()
  vim.api.nvim_win_set_cursor(0, { 5, 4 })
  vim.cmd.normal({ 've\27', bang = true })
  vim.cmd("'<,'>Kimi edit call it square")
  wait('the edit', function()
    return lines(4, 5)[1] == 'x = square(2)'
  end)
end

function cases.edit_asks_for_its_instruction()
  begin()
  local asked
  ---@diagnostic disable-next-line: duplicate-set-field
  vim.ui.input = function(options, done)
    asked = options.prompt
    done('call it square')
  end
  vim.api.nvim_win_set_cursor(0, { 5, 4 })
  vim.cmd.normal({ 've\27', bang = true })
  vim.cmd("'<,'>Kimi edit")
  wait('the edit', function()
    return lines(4, 5)[1] == 'x = square(2)'
  end)
  assert(asked:find('Kimi'), asked)
end

function cases.progress_stands_beside_the_code_and_goes()
  begin()
  local space = vim.api.nvim_create_namespace('kimi.progress')
  local function beside()
    local marks = vim.api.nvim_buf_get_extmarks(0, space, 0, -1, { details = true })
    return marks[1] and marks[1][4].virt_text[1][1]
  end
  vim.cmd('2Kimi edit slowly')
  wait('the progress', function()
    return (beside() or ''):find('writing')
  end)
  wait('the statusline', function()
    return require('kimi').status():find('Kimi changes shapes.py: writing', 1, true)
  end)
  vim.cmd('Kimi cancel')
  wait('the end', function()
    return not beside() and require('kimi').status() == '' and said('Stopped')
  end)
  vim.cmd('Kimi cancel')
  assert(said('nothing is running'), vim.inspect(messages))
end

function cases.explanation_streams_follows_and_ends()
  begin()
  vim.cmd('Kimi explain')
  wait('the window', function()
    return (answer() or ''):find('It squares')
  end)
  local _, window = answer()
  assert(vim.api.nvim_get_current_win() == window, 'the cursor is elsewhere')
  assert(footer(window):find('s stop'), footer(window))
  wait('the end', function()
    return footer(window):find('tokens, $', 1, true) and not footer(window):find('stop')
  end)
  assert(answer() == 'It squares a number.\n\nAnd that is all there is to say.', answer())
  assert(not vim.bo.modifiable)
  vim.api.nvim_feedkeys('Y', 'x', false)
  assert(vim.fn.getreg('"') == answer() .. '\n', vim.fn.getreg('"'))
  vim.api.nvim_feedkeys('q', 'x', false)
  assert(not answer(), 'the window is still there')
  vim.api.nvim_win_set_cursor(0, { 1, 0 })
  vim.lsp.buf.hover()
  wait('the hover', function()
    return (answer() or ''):find('It squares')
  end)
end

function cases.pinned_to_a_split_and_stopped()
  begin()
  vim.cmd('Kimi explain')
  wait('the window', function()
    return (answer() or ''):find('It squares')
  end)
  vim.api.nvim_feedkeys('p', 'x', false)
  local _, window = answer()
  assert(vim.api.nvim_win_get_config(window).relative == '', 'it still floats')
  vim.api.nvim_feedkeys('s', 'x', false)
  wait('the end', function()
    return vim.wo[window].winbar:find('cancelled')
  end)
  assert(answer():find('\n\nStopped.'), answer())
  assert(not answer():find('all there is'), answer())
end

function cases.failure_is_shown_where_the_answer_would_be()
  begin()
  vim.cmd('Kimi explain')
  wait('the failure', function()
    return (answer() or ''):find('quota')
  end)
  local _, window = answer()
  assert(footer(window):find('failed'), footer(window))
end

function cases.refused_edit_says_why()
  begin()
  diagnose()
  local before = lines()
  vim.api.nvim_win_set_cursor(0, { 2, 0 })
  vim.cmd('Kimi fix')
  wait('the refusal', function()
    return #messages > 0
  end)
  assert(messages[1].level == vim.log.levels.WARN, vim.inspect(messages))
  assert(vim.deep_equal(lines(), before))
end

function cases.two_answers_at_once_keep_apart()
  begin()
  vim.cmd('Kimi explain')
  local function windows()
    return #vim.tbl_filter(function(window)
      return vim.bo[vim.api.nvim_win_get_buf(window)].filetype == 'markdown'
    end, vim.api.nvim_list_wins())
  end
  wait('the first', function()
    return windows() == 1
  end)
  vim.cmd.wincmd('w')
  vim.cmd('Kimi explain')
  wait('the second', function()
    return windows() == 2
  end)
  vim.cmd('Kimi cancel')
  wait('both ends', function()
    return require('kimi').status() == ''
  end)
end

function cases.without_a_border()
  vim.g.kimi = { float = { border = 'none', focus = false } }
  begin()
  local before = vim.api.nvim_get_current_win()
  vim.cmd('Kimi explain')
  wait('the end', function()
    local _, window = answer()
    return window and vim.wo[window].winbar:find('tokens, $', 1, true)
  end)
  assert(vim.api.nvim_get_current_win() == before, 'the cursor was taken along')
end

function cases.server_that_dies_is_told_and_comes_back()
  begin()
  vim.cmd('Kimi explain')
  wait('the window', function()
    return (answer() or ''):find('It squares')
  end)
  for _, child in ipairs(vim.api.nvim_get_proc_children(vim.fn.getpid())) do
    assert(child > 1)
    vim.uv.kill(child, 'sigkill')
  end
  wait('the word', function()
    return said('ended by itself') and (answer() or ''):find('the server ended')
  end)
  vim.api.nvim_feedkeys('q', 'x', false)
  vim.cmd.edit()
  wait('the new client', ready)
end

function cases.completion_and_usage()
  assert(vim.deep_equal(vim.fn.getcompletion('Kimi ', 'cmdline'), {
    'accept',
    'ask',
    'cancel',
    'component',
    'edit',
    'explain',
    'fix',
    'log',
    'new',
    'reject',
    'usage',
    'visualfix',
  }))
  assert(vim.deep_equal(vim.fn.getcompletion('Kimi e', 'cmdline'), { 'edit', 'explain' }))
  assert(#vim.fn.getcompletion('Kimi edit e', 'cmdline') == 0)
  assert(
    vim.deep_equal(
      vim.fn.getcompletion('Kimi edit ++thinking=o', 'cmdline'),
      { '++thinking=on', '++thinking=off' }
    )
  )
  local usage = vim.fn.execute('Kimi')
  for name in pairs(require('kimi.command').subcommands) do
    assert(usage:find('\n  ' .. name, 1, true), name .. ' is not in ' .. usage)
  end
  vim.cmd('Kimi paint')
  assert(said('there is no "paint"'), vim.inspect(messages))
  vim.cmd('Kimi explain ++thinking=hard')
  assert(said('no switch ++thinking=hard'), vim.inspect(messages))
end

function cases.not_running_says_what_to_do()
  vim.cmd.edit(vim.env.KIMI_TEST_FILE)
  vim.lsp.config('kimi_lsp', { cmd = vim.json.decode(vim.env.KIMI_TEST_COMMAND) })
  vim.cmd('Kimi explain')
  assert(said("vim.lsp.enable('kimi_lsp')"), vim.inspect(messages))
  vim.lsp.config('kimi_lsp', { cmd = { 'no-such-server' } })
  vim.cmd('Kimi explain')
  assert(said(':checkhealth kimi'), vim.inspect(messages))
end

function cases.log_shows_our_lines()
  begin()
  vim.cmd('Kimi log')
  assert(vim.bo.buftype == 'nofile' and #lines()[1] > 0)
  vim.api.nvim_feedkeys('q', 'x', false)
  assert(vim.api.nvim_buf_get_name(0) == vim.env.KIMI_TEST_FILE)
end

local function answered()
  vim.cmd('Kimi explain')
  wait('the answer', function()
    return (answer() or ''):find('It squares')
  end)
end

function cases.key_by_a_command()
  vim.g.kimi = { key = { 'sh', '-c', 'echo "$KIMI_TEST_SECRET"; echo "$KIMI_ORIGIN" >&2' } }
  begin()
  answered()
  assert(not said('secret'), vim.inspect(messages))
end

function cases.key_by_a_function()
  local asked = {}
  vim.g.kimi = {
    key = function(origin)
      table.insert(asked, origin)
      return vim.env.KIMI_TEST_SECRET
    end,
  }
  begin()
  answered()
  assert(#asked == 1 and vim.startswith(asked[1], 'http://127.0.0.1:'), vim.inspect(asked))
end

function cases.key_that_cannot_be_had()
  local function fails(key, word)
    vim.g.kimi = { key = key, float = { focus = false } }
    vim.cmd('Kimi explain')
    wait('the word', function()
      return said(word)
    end)
    wait('the failure', function()
      return require('kimi').status() == '' and (answer() or ''):find('wants an API key')
    end)
  end
  vim.g.kimi = { key = { 'sh' } }
  begin()
  fails({ 'sh', '-c', 'echo "$KIMI_TEST_SECRET"; exit 3' }, 'failed: sh ended with 3')
  fails({ 'no-such-command' }, 'cannot be run: no-such-command')
  fails(function()
    error(vim.env.KIMI_TEST_SECRET)
  end, 'failed, so there is no key')
  assert(not said('canary'), vim.inspect(messages))
end

function cases.no_key_is_mapped()
  for _, mode in ipairs({ 'n', 'x', 'i', 'o', 'c' }) do
    for _, map in ipairs(vim.api.nvim_get_keymap(mode)) do
      assert(not (map.desc or ''):lower():find('kimi'), vim.inspect(map))
    end
  end
end

function cases.review_by_hunks()
  vim.g.kimi = { review = true }
  begin()
  local before = lines()
  vim.cmd('%Kimi edit two changes')
  wait('the proposal', function()
    return said('2 changes proposed')
  end)
  assert(vim.deep_equal(lines(), before), 'the text was changed unasked')
  vim.api.nvim_win_set_cursor(0, { 5, 0 })
  vim.cmd('Kimi accept')
  wait('the second change', function()
    return lines(4, 5)[1] == 'y = area(3)'
  end)
  assert(lines(1, 2)[1] == before[2])
  vim.cmd('Kimi! reject')
  vim.cmd('Kimi accept')
  assert(said('no change waits'), vim.inspect(messages))
  vim.cmd.undo()
  assert(vim.deep_equal(lines(), before), 'one undo was not enough')
end

function cases.review_across_files()
  vim.g.kimi = { review = true }
  begin()
  local folder = vim.fs.dirname(vim.env.KIMI_TEST_FILE)
  local other = vim.fn.bufnr(folder .. '/other.py')
  vim.cmd('%Kimi edit several')
  wait('the proposal', function()
    return said('3 changes proposed, also in other.py')
  end)
  vim.cmd('Kimi! accept')
  wait('the new file', function()
    return vim.uv.fs_stat(folder .. '/sub/new.py') ~= nil
  end)
  local new = vim.fn.bufnr(folder .. '/sub/new.py')
  wait('its text', function()
    return vim.deep_equal(vim.api.nvim_buf_get_lines(new, 0, -1, false), { 'n = 1', '', 'm = 2' })
  end)
  assert(lines(1, 2)[1] == '    return r * r')
  -- It is written as any other.
  vim.api.nvim_buf_call(new, vim.cmd.write)
  local file = assert(io.open(folder .. '/sub/new.py', 'rb'))
  assert(file:read('*a') == 'n = 1\n\nm = 2\n', 'the file is not what the answer said')
  file:close()
  other = vim.fn.bufnr(folder .. '/other.py')
  vim.cmd.buffer(other)
  assert(lines()[1] == 'old = 1', 'the other file was changed unasked')
  vim.cmd('Kimi! accept')
  wait('the other file', function()
    return lines()[1] == 'new = 1'
  end)
end

--- Keys as a person types them, while the answer is on its way.
function cases.typing_while_the_answer_comes()
  begin()
  diagnose()
  vim.api.nvim_win_set_cursor(0, { 2, 0 })
  vim.cmd('Kimi fix')
  vim.api.nvim_win_set_cursor(0, { 1, 0 })
  local typed = 0
  wait('the fix below what is typed', function()
    if typed < 40 then
      typed = typed + 1
      vim.api.nvim_feedkeys('O# ' .. typed .. vim.keycode('<Esc>'), 'x', false)
    end
    return said('changed shapes.py')
  end)
  local wanted = {}
  for number = typed, 1, -1 do
    table.insert(wanted, '# ' .. number)
  end
  vim.list_extend(wanted, { 'def area(r):', '    return r * r', '', '', 'x = area(2)' })
  assert(vim.deep_equal(lines(), wanted), vim.inspect(lines()))
end

function cases.typing_in_the_lines_that_change()
  begin()
  diagnose()
  vim.api.nvim_win_set_cursor(0, { 2, 0 })
  vim.cmd('Kimi fix')
  wait('the answer to begin', function()
    return require('kimi').status():find('writing')
  end)
  vim.api.nvim_feedkeys('A # mine' .. vim.keycode('<Esc>'), 'x', false)
  local before = lines()
  wait('the refusal', function()
    return said('The code was changed while Kimi was answering')
  end)
  assert(vim.deep_equal(lines(), before), 'what was typed was changed')
end

function cases.ask_goes_on()
  begin()
  vim.cmd('Kimi ask why?')
  wait('the first answer', function()
    return (answer() or ''):find('that is all')
  end)
  local _, window = answer()
  wait('its end', function()
    return footer(window):find('tokens, $', 1, true)
  end)
  vim.api.nvim_feedkeys('q', 'x', false)
  vim.cmd('Kimi ask really?')
  wait('the second answer', function()
    return (answer() or ''):find('Yes, really')
  end)
end

function cases.reasoning_is_folded_away()
  begin()
  vim.cmd('Kimi explain ++thinking=on ++model=kimi-k2.5')
  wait('the answer', function()
    return (answer() or ''):find('that is all')
  end)
  local text, window = answer()
  assert(text:find('First, the names.\nThen, what they do.', 1, true), text)
  vim.api.nvim_win_call(window, function()
    assert(vim.fn.foldclosed(1) == 1, 'the reasoning is not folded')
    assert(vim.fn.foldclosedend(1) < vim.fn.line('$'), 'the answer is folded, too')
    assert(vim.fn.foldtextresult(1):find('Reasoning'), vim.fn.foldtextresult(1))
    vim.cmd.normal('ggza')
    assert(vim.fn.foldclosed(1) == -1, 'it does not open')
  end)
  wait('its end', function()
    return footer(window):find('tokens, $', 1, true)
  end)
  vim.api.nvim_feedkeys('Y', 'x', false)
  assert(not vim.fn.getreg('"'):find('First, the names', 1, true), vim.fn.getreg('"'))
  vim.api.nvim_feedkeys('p', 'x', false)
  wait('the split', function()
    return vim.fn.foldclosed(1) == 1
  end)
end

function cases.repeated_question_costs_nothing()
  begin()
  vim.cmd('Kimi explain')
  wait('its end', function()
    local _, window = answer()
    return window and footer(window):find('tokens, $', 1, true)
  end)
  vim.api.nvim_feedkeys('q', 'x', false)
  vim.cmd('Kimi explain')
  wait('the word', function()
    local _, window = answer()
    return window and footer(window):find('nothing was sent', 1, true)
  end)
end

function cases.new_conversation()
  begin()
  for _, question in ipairs({ 'Kimi ask why?', 'Kimi ask why?' }) do
    vim.cmd(question)
    wait('the answer', function()
      local _, window = answer()
      return window and footer(window):find('tokens, $', 1, true)
    end)
    vim.api.nvim_feedkeys('q', 'x', false)
    vim.cmd('Kimi new')
  end
  vim.cmd('Kimi! ask why?')
  wait('the preview', function()
    return lines()[1]:find('Nothing was sent')
  end)
end

function cases.preview_sends_nothing()
  begin()
  vim.cmd('Kimi! explain')
  wait('the preview', function()
    return lines()[1]:find('Nothing was sent')
  end)
  local text = table.concat(lines(), '\n')
  assert(text:find('return radius * radius', 1, true), text)
  assert(lines()[2]:find('tokens, at most %$'), text)
end

local HOME = vim.fs.dirname(vim.env.KIMI_TEST_FILE)

--- A page of a workspace, with its server.
local function shop()
  begin({ root_dir = HOME })
  vim.cmd.edit(HOME .. '/index.html')
  wait('the client', ready)
end

local function component(arguments)
  shop()
  vim.cmd('Kimi component ' .. arguments)
  wait('the new file', function()
    return vim.fs.basename(vim.api.nvim_buf_get_name(0)) == 'offer.html'
  end)
  wait('the message', function()
    return said('made offer.html')
  end)
  assert(lines()[1] == '<p>€ 9</p>', vim.inspect(lines()))
end

function cases.component_from_a_file()
  component(HOME .. '/shot.png only the price')
end

function cases.component_from_the_clipboard()
  component('only the price')
end

function cases.component_is_reviewed_beside()
  vim.g.kimi = { review = true }
  shop()
  local function proposed()
    vim.cmd('Kimi component ' .. HOME .. '/shot.png')
    local window
    wait('the new file beside', function()
      window = vim.iter(vim.api.nvim_list_wins()):find(function(one)
        return vim.wo[one].winbar:find('new file .*offer.html') ~= nil
      end)
      return window
    end)
    local buffer = vim.api.nvim_win_get_buf(window)
    local text = vim.api.nvim_buf_get_lines(buffer, 0, -1, false)
    assert(vim.deep_equal(text, { '<p>€ 9</p>' }), vim.inspect(text))
    assert(vim.bo[buffer].filetype == 'html' and not vim.bo[buffer].modifiable)
    assert(vim.fn.filereadable(HOME .. '/offer.html') == 0, 'nothing is written yet')
    return window
  end
  proposed()
  vim.cmd('Kimi reject')
  assert(#vim.api.nvim_list_wins() == 1, 'what was rejected is still shown')
  vim.api.nvim_set_current_win(proposed())
  vim.cmd('Kimi accept')
  wait('the new file', function()
    return vim.fs.basename(vim.api.nvim_buf_get_name(0)) == 'offer.html'
      and lines()[1] == '<p>€ 9</p>'
  end)
end

function cases.component_at_the_cursor()
  shop()
  vim.api.nvim_win_set_cursor(0, { 2, 0 })
  vim.cmd('Kimi component ++at=cursor ' .. HOME .. '/shot.png')
  wait('the markup', function()
    return vim.list_contains(lines(), '  <p>€ 9</p>')
  end)
  vim.cmd.undo()
  assert(not vim.list_contains(lines(), '  <p>€ 9</p>'), vim.inspect(lines()))
end

function cases.component_of_no_picture()
  begin()
  vim.cmd('Kimi component no-such-picture.png')
  assert(said('there is no picture'))
end

function cases.visualfix()
  shop()
  vim.cmd('Kimi visualfix ' .. HOME .. '/shot.png it is empty')
  wait('the change', function()
    return vim.list_contains(lines(), '<body class="wide">')
  end)
end

function cases.trusted_as_the_editor_asks()
  local trust, asked, answer, ran = require('kimi.trust'), 0, 3, 0
  vim.fn.writefile({}, HOME .. '/vite.config.ts')
  ---@diagnostic disable-next-line: duplicate-set-field
  vim.fn.confirm = function()
    asked = asked + 1
    return answer
  end
  local function run()
    ran = ran + 1
  end
  local function client()
    return vim.lsp.get_clients({ bufnr = 0, name = 'kimi_lsp' })[1]
  end
  local function leave()
    return require('kimi.options').server(nil, HOME).trusted
  end
  shop()
  trust.with(client(), vim.api.nvim_get_current_buf(), run)
  trust.with(client(), vim.api.nvim_get_current_buf(), run)
  assert(asked == 1 and ran == 2 and leave() == nil, 'a no is kept')
  vim.secure.trust({ action = 'remove', path = HOME })
  answer = 4
  local first = client().id
  trust.with(client(), vim.api.nvim_get_current_buf(), run)
  wait('a server that may', function()
    return ran == 3 and client() and client().id ~= first
  end)
  assert(asked == 2 and leave() == true, 'a yes is kept')
end

function cases.usage()
  begin()
  vim.cmd('Kimi usage')
  wait('the usage', function()
    return said('today ') and said('left of $5.00')
  end)
end

local function health()
  vim.cmd('checkhealth kimi')
  io.stdout:write(table.concat(lines(), '\n') .. '\n')
end

function cases.health()
  vim.g.kimi = vim.env.KIMI_TEST_GLOBAL and vim.json.decode(vim.env.KIMI_TEST_GLOBAL)
  begin(vim.env.KIMI_TEST_CONFIG and vim.json.decode(vim.env.KIMI_TEST_CONFIG))
  health()
end

function cases.health_of_nothing()
  vim.g.kimi = vim.env.KIMI_TEST_GLOBAL and vim.json.decode(vim.env.KIMI_TEST_GLOBAL)
  vim.lsp.config('kimi_lsp', { cmd = vim.json.decode(vim.env.KIMI_TEST_COMMAND) })
  health()
end

local ok, problem = pcall(cases[vim.env.KIMI_TEST_CASE])
io.stdout:write((ok and 'SEEN' or 'NOT SEEN ' .. tostring(problem)) .. '\n')
vim.cmd(ok and 'qa!' or 'cq!')
