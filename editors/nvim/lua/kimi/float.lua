-- A window that an answer streams into: it grows, follows the text, and can be stopped, copied,
-- pinned to a split and closed.

local thought = require('kimi.thought')

local M = {}

---@class kimi.View
---@field buffer integer
---@field window integer
---@field title string
---@field state string what is happening, in the footer
---@field over boolean
---@field thought integer lines of reasoning at the top of the buffer
---@field answering boolean whether the answer has begun
---@field stop fun()
---@field top boolean whether it stands at the top of the screen, growing down
local View = {}
View.__index = View

local KEYS = {
  { 's', 'stop' },
  { 'Y', 'copy' },
  { 'p', 'pin' },
  { 'q', 'close' },
}

---@return boolean
function View:shown()
  return vim.api.nvim_win_is_valid(self.window)
    and vim.api.nvim_buf_is_valid(self.buffer)
    and vim.api.nvim_win_get_buf(self.window) == self.buffer
end

--- Whether the window has a border to write on.
---@return boolean
function View:framed()
  local border = self:floats() and vim.api.nvim_win_get_config(self.window).border
  return border ~= nil and border ~= false and border ~= 'none' and #border > 0
end

---@return boolean
function View:floats()
  return self:shown() and vim.api.nvim_win_get_config(self.window).relative ~= ''
end

---@return {[1]: string, [2]: string}[]
function View:footer()
  local chunks = {}
  if self.state ~= '' then
    chunks = { { ' ' .. self.state .. ' ', self.failed and 'KimiProblem' or 'KimiStatus' } }
  end
  for _, key in ipairs(KEYS) do
    local idle = (key[1] == 's' and self.over) or (key[1] == 'p' and not self:floats())
    if not idle then
      table.insert(chunks, { ' ' .. key[1], 'KimiKey' })
      table.insert(chunks, { ' ' .. key[2] .. ' ', 'KimiStatus' })
    end
  end
  return chunks
end

--- Fit a floating window to its text.
function View:resize()
  local text = vim.api.nvim_win_text_height(self.window, {}).all
  local room = math.floor(vim.o.lines / 2) - 2
  local most = math.max(math.min(require('kimi.options').get().float.height, room), 1)
  local framed = self:framed()
  local height = math.max(math.min(text, most), 1) + (framed and 0 or 1)
  local config = vim.api.nvim_win_get_config(self.window)
  local rows = height + (framed and 2 or 0)
  vim.api.nvim_win_set_config(self.window, {
    relative = 'editor',
    row = self.top and 0 or vim.o.lines - vim.o.cmdheight - 1 - rows,
    col = vim.o.columns - config.width - (framed and 2 or 0),
    width = config.width,
    height = height,
    footer = framed and self:footer() or nil,
    footer_pos = framed and 'right' or nil,
  })
end

--- Fit the window to its text, and write the state where it belongs.
function View:draw()
  if self:floats() then
    self:resize()
  end
  if self:shown() and not self:framed() then
    local line = '%#KimiTitle# Kimi %<' .. self.title:gsub('%%', '%%%%') .. ' %='
    for _, chunk in ipairs(self:footer()) do
      line = line .. '%#' .. chunk[2] .. '#' .. chunk[1]:gsub('%%', '%%%%')
    end
    vim.wo[self.window].winbar = line
  end
end

--- Put text at the end of the buffer.
---@param text string
function View:write(text)
  local last = vim.api.nvim_buf_line_count(self.buffer)
  local line = vim.api.nvim_buf_get_lines(self.buffer, -2, -1, false)[1]
  vim.bo[self.buffer].modifiable = true
  vim.api.nvim_buf_set_text(
    self.buffer,
    last - 1,
    #line,
    last - 1,
    #line,
    vim.split(text:gsub('\r\n?', '\n'), '\n', { plain = true })
  )
  vim.bo[self.buffer].modifiable = false
end

--- More of the answer. A person who has scrolled up is left where they are.
---@param text string
function View:append(text)
  if not vim.api.nvim_buf_is_valid(self.buffer) then
    return
  end
  local last = vim.api.nvim_buf_line_count(self.buffer)
  local follows = self:shown() and vim.api.nvim_win_get_cursor(self.window)[1] == last
  thought.over(self)
  self:write(text)
  self:draw()
  if follows then
    local now = vim.api.nvim_buf_line_count(self.buffer)
    vim.api.nvim_win_set_cursor(self.window, { now, 0 })
    vim.api.nvim_win_call(self.window, function()
      -- As much of the text as fits, its end at the bottom.
      vim.cmd.normal({ 'zb', bang = true })
    end)
  end
end

--- What is happening.
---@param message string
function View:status(message)
  self.state = message
  self:draw()
end

--- The answer is over; false where nobody sees this.
---@param outcome kimi.Outcome
---@param receipt string
---@return boolean
function View:finish(outcome, receipt)
  self.over = true
  self.failed = outcome.state == 'failed' or outcome.state == 'refused'
  self.state = outcome.state == 'done' and receipt or outcome.state
  if not self:shown() then
    -- What was closed on purpose needs no word when it ends well, or as it was told to.
    return outcome.state == 'done' or outcome.state == 'cancelled'
  end
  if outcome.state ~= 'done' and outcome.message then
    self:append((self.answering and '\n\n' or '') .. outcome.message)
  end
  self:draw()
  return true
end

--- Put the whole answer into the unnamed register, and the clipboard where there is one.
function View:copy()
  local lines = vim.api.nvim_buf_get_lines(self.buffer, self.thought, -1, false)
  local text = table.concat(lines, '\n') .. '\n'
  vim.fn.setreg('"', text)
  if vim.fn.has('clipboard') == 1 then
    vim.fn.setreg('+', text)
  end
  require('kimi.client').say('copied the answer.')
end

--- Move the answer into a split of its own, where it stays.
function View:pin()
  if not self:floats() then
    return
  end
  local float = self.window
  vim.cmd('botright vsplit')
  self.window = vim.api.nvim_get_current_win()
  vim.api.nvim_win_set_buf(self.window, self.buffer)
  self:dress()
  thought.fold(self)
  vim.api.nvim_win_close(float, true)
  self:draw()
end

function View:close()
  if self:shown() then
    vim.api.nvim_win_close(self.window, true)
  end
end

--- How text is to look in the window.
function View:dress()
  local options = vim.wo[self.window]
  options.wrap = true
  options.linebreak = true
  options.breakindent = true
  options.conceallevel = 2
  options.concealcursor = 'n'
  options.number = false
  options.relativenumber = false
  options.signcolumn = 'no'
  options.foldenable = false
  options.spell = false
  options.list = false
end

function View:keys()
  local function map(key, run, what)
    vim.keymap.set('n', key, run, { buffer = self.buffer, nowait = true, desc = 'Kimi: ' .. what })
  end
  local function close()
    self:close()
  end
  map('q', close, 'close')
  map('<Esc>', function()
    if self:floats() then
      self:close()
    end
  end, 'close')
  map('p', function()
    self:pin()
  end, 'pin to a split')
  map('Y', function()
    self:copy()
  end, 'copy the answer')
  map('s', function()
    if not self.over then
      self.stop()
    end
  end, 'stop')
  map('<C-c>', function()
    if not self.over then
      self.stop()
    end
  end, 'stop')
end

--- Open a window beside the code at the cursor.
---@param title string what it says after "Kimi"
---@param stop fun() called when the person wants no more
---@return kimi.View
function M.open(title, stop)
  local options = require('kimi.options').get().float
  local buffer = vim.api.nvim_create_buf(false, true)
  vim.bo[buffer].bufhidden = 'wipe'
  vim.bo[buffer].filetype = 'markdown'
  vim.bo[buffer].modifiable = false
  pcall(vim.treesitter.start, buffer, 'markdown')
  pcall(vim.api.nvim_buf_set_name, buffer, ('kimi://%d/%s'):format(buffer, title))
  -- The half of the screen that the code in question is not in.
  local row = vim.fn.winline() + vim.api.nvim_win_get_position(0)[1]
  local width = math.max(math.min(options.width, vim.o.columns - 4), 20)
  local view = setmetatable({
    buffer = buffer,
    title = title,
    state = 'waiting for Kimi',
    over = false,
    thought = 0,
    answering = false,
    stop = stop,
    top = row > vim.o.lines / 2,
  }, View)
  view.window = vim.api.nvim_open_win(buffer, options.focus, {
    relative = 'editor',
    row = 0,
    col = 0,
    width = width,
    height = 1,
    style = 'minimal',
    border = options.border,
    title = options.border ~= 'none' and { { ' Kimi ' .. title .. ' ', 'KimiTitle' } } or nil,
  })
  view:dress()
  view:keys()
  view:draw()
  return view
end

return M
