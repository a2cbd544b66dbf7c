-- Edits that wait: shown in place, old lines and new ones, and accepted or rejected one by one.

local client = require('kimi.client')

local M = {}

local space = vim.api.nvim_create_namespace('kimi.review')
local added_space = vim.api.nvim_create_namespace('kimi.review.added')

---@class kimi.Waiting one hunk that waits
---@field job string
---@field client_id integer
---@field id string
---@field whole boolean it is accepted with all others of its job

---@type table<integer, table<integer, kimi.Waiting>> by buffer and extmark
local waiting = vim.defaulttable()

--- A file to create, below the document that it was asked for on: it has no buffer of its own yet.
---@param buffer integer
---@param hunk table
---@param beside boolean its text is shown beside the document
---@return integer mark
local function draw_new(buffer, hunk, beside)
  local path = vim.fn.fnamemodify(vim.uri_to_fname(hunk.uri), ':.')
  local shown = { { { '  new file ' .. path, 'KimiProblem' } } }
  if hunk.newText ~= '' and not beside then
    local text = hunk.newText:gsub('\r\n?', '\n'):gsub('\n$', '')
    for line in vim.gsplit(text, '\n', { plain = true }) do
      table.insert(shown, { { line == '' and ' ' or line, 'KimiAdd' } })
    end
  end
  local row = vim.api.nvim_buf_line_count(buffer) - 1
  return vim.api.nvim_buf_set_extmark(buffer, space, row, 0, { virt_lines = shown })
end

--- A new file beside the document, as it would be; there the change is accepted or rejected too.
---@param buffer integer
---@param hunk table
---@return integer scratch
---@return integer mark
local function draw_beside(buffer, hunk)
  local path = vim.uri_to_fname(hunk.uri)
  local scratch = vim.api.nvim_create_buf(false, true)
  local text = hunk.newText:gsub('\r\n?', '\n'):gsub('\n$', '')
  vim.api.nvim_buf_set_lines(scratch, 0, -1, true, vim.split(text, '\n', { plain = true }))
  vim.bo[scratch].filetype = vim.filetype.match({ filename = path, buf = scratch }) or ''
  vim.bo[scratch].modifiable = false
  vim.bo[scratch].bufhidden = 'wipe'
  local around = vim.fn.bufwinid(buffer)
  local window = vim.api.nvim_open_win(scratch, false, {
    split = 'right',
    win = around == -1 and 0 or around,
  })
  local shown = vim.fn.fnamemodify(path, ':.'):gsub('%%', '%%%%')
  vim.wo[window].winbar = '%#KimiProblem#new file ' .. shown
  return scratch, vim.api.nvim_buf_set_extmark(scratch, space, 0, 0, {})
end

---@param buffer integer
---@param hunk table as the server gives it, whole lines
---@return integer mark
local function draw(buffer, hunk)
  local first, last = hunk.range.start.line, hunk.range['end'].line
  if hunk.range['end'].character > 0 then
    last = last + 1
  end
  local count = vim.api.nvim_buf_line_count(buffer)
  local added = {}
  local text = hunk.newText:gsub('\r\n?', '\n'):gsub('\n$', '')
  if hunk.newText ~= '' then
    for line in vim.gsplit(text, '\n', { plain = true }) do
      table.insert(added, { { line == '' and ' ' or line, 'KimiAdd' } })
    end
  end
  if hunk.confirm then
    table.insert(added, { { '  ' .. hunk.confirm, 'KimiProblem' } })
  end
  local inserts = last <= first
  -- New lines stand below the old ones; what is only inserted, below the line before it.
  local row = math.min(math.max(first - (inserts and 1 or 0), 0), count - 1)
  local mark = vim.api.nvim_buf_set_extmark(buffer, space, row, 0, {
    end_row = inserts and row or math.min(last, count),
    hl_group = not inserts and 'KimiDelete' or nil,
    hl_eol = true,
    virt_lines = inserts and added or nil,
    virt_lines_above = inserts and first == 0,
    invalidate = not inserts,
  })
  if not inserts and #added > 0 then
    vim.api.nvim_buf_set_extmark(buffer, added_space, math.min(last, count) - 1, 0, {
      id = mark,
      virt_lines = added,
    })
  end
  return mark
end

---@param buffer integer
---@param marks integer[]
local function forget(buffer, marks)
  for _, mark in ipairs(marks) do
    waiting[buffer][mark] = nil
    if vim.api.nvim_buf_is_valid(buffer) then
      vim.api.nvim_buf_del_extmark(buffer, space, mark)
      vim.api.nvim_buf_del_extmark(buffer, added_space, mark)
      if vim.bo[buffer].buftype == 'nofile' then
        vim.api.nvim_buf_delete(buffer, { force = true })
      end
    end
  end
end

--- Show the hunks of an edit in their buffers.
---@param job kimi.Job
---@param hunks table[]
---@param seen string what was seen of it, in a few words
function M.begin(job, hunks, seen)
  local elsewhere = {}
  for _, hunk in ipairs(hunks) do
    local new = hunk.operation == 'create' and job.buffer
    local buffer = new or vim.uri_to_bufnr(hunk.uri)
    vim.fn.bufload(buffer)
    vim.bo[buffer].buflisted = true
    local whole = job.action == 'component'
    local one = { job = job.id, client_id = job.client_id, id = hunk.id, whole = whole }
    local mark = new and draw_new(buffer, hunk, whole) or draw(buffer, hunk)
    waiting[buffer][mark] = one
    if new and whole then
      local scratch, beside = draw_beside(buffer, hunk)
      waiting[scratch][beside] = one
    end
    if job.buffer and buffer ~= job.buffer then
      elsewhere[vim.fs.basename(vim.uri_to_fname(hunk.uri))] = true
    end
  end
  local names = vim.tbl_keys(elsewhere)
  table.sort(names)
  -- Short enough for one line, or the editor asks for a key first.
  client.say(
    ('%d change%s proposed%s%s: :Kimi accept, :Kimi reject%s'):format(
      #hunks,
      #hunks == 1 and '' or 's',
      #names > 0 and ', also in ' .. table.concat(names, ', ') or '',
      seen,
      job.action == 'component' and '' or ', with ! for all'
    )
  )
end

---@param job string
---@return boolean
local function still_waiting(job)
  return vim.iter(vim.tbl_values(waiting)):any(function(marks)
    return vim.iter(vim.tbl_values(marks)):any(function(one)
      return one.job == job
    end)
  end)
end

--- The hunks of a buffer: all, or the one at the cursor or nearest below it.
---@param buffer integer
---@param all boolean
---@return integer[] marks
local function chosen(buffer, all)
  local marks = vim.api.nvim_buf_get_extmarks(buffer, space, 0, -1, { details = true })
  local found = vim.tbl_filter(function(mark)
    return waiting[buffer][mark[1]] ~= nil
  end, marks)
  if all or #found < 2 then
    return vim.tbl_map(function(mark)
      return mark[1]
    end, found)
  end
  local row = vim.api.nvim_win_get_cursor(0)[1] - 1
  local best, distance
  for _, mark in ipairs(found) do
    local last = math.max((mark[4].end_row or mark[2]) - 1, mark[2])
    local away = row < mark[2] and mark[2] - row or row > last and (row - last) * 2 or 0
    if not distance or away < distance then
      best, distance = mark[1], away
    end
  end
  return { best }
end

---@param buffer integer
---@param all boolean
---@return integer[]|nil
local function some(buffer, all)
  local marks = chosen(buffer, all)
  if #marks == 0 then
    client.say('no change waits in this buffer.')
    return nil
  end
  return marks
end

--- The chosen hunks by the jobs that proposed them, with the others of a job that is one whole.
---@param buffer integer
---@param all boolean
---@return table<string, {client_id: integer, marks: table<integer, integer[]>, ids: string[]}>
local function groups(buffer, all)
  local found = {}
  local function add(where, mark)
    local one = waiting[where][mark]
    local group = found[one.job]
      or { client_id = one.client_id, marks = vim.defaulttable(), ids = {} }
    found[one.job] = group
    if not vim.list_contains(group.marks[where], mark) then
      table.insert(group.marks[where], mark)
    end
    if not vim.list_contains(group.ids, one.id) then
      table.insert(group.ids, one.id)
    end
  end
  for _, mark in ipairs(some(buffer, all) or {}) do
    local chosen_one = waiting[buffer][mark]
    add(buffer, mark)
    for where, marks in pairs(chosen_one.whole and waiting or {}) do
      for other, one in pairs(marks) do
        if one.job == chosen_one.job then
          add(where, other)
        end
      end
    end
  end
  return found
end

---@param marks table<integer, integer[]> by buffer
local function forget_all(marks)
  for buffer, list in pairs(marks) do
    forget(buffer, list)
  end
end

--- Make the change at the cursor, or all of the buffer.
---@param buffer integer
---@param all boolean
function M.accept(buffer, all)
  for job, group in pairs(groups(buffer, all)) do
    local server = vim.lsp.get_client_by_id(group.client_id)
    if not server then
      forget_all(group.marks)
      client.say('the server that proposed this is gone. Ask again.', vim.log.levels.WARN)
      return
    end
    local argument = { job = job, hunks = group.ids, confirmed = true, apply = 'now', wait = true }
    client.execute(server, buffer, 'kimi.apply', argument, function(result)
      if result.applied or result.reason == 'stale' or result.reason == 'no_change' then
        forget_all(group.marks)
      end
      if result.applied and not still_waiting(job) then
        require('kimi.gone').watch(job)
      end
      if not result.applied then
        client.say(result.message or result.state, vim.log.levels.WARN)
      end
    end)
  end
end

--- Put the change at the cursor away, or all of the buffer.
---@param buffer integer
---@param all boolean
function M.reject(buffer, all)
  for _, group in pairs(groups(buffer, all)) do
    forget_all(group.marks)
  end
end

return M
