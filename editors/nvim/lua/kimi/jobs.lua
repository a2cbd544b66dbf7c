-- The jobs of the servers, as their events tell of them: each is shown somewhere until it ends.

local client = require('kimi.client')
local progress = require('kimi.progress')

local M = {}

---@class kimi.Outcome the members of a job's end that are shown
---@field state 'done'|'refused'|'failed'|'cancelled'
---@field message? string
---@field applied? boolean
---@field hunks? table[]
---@field files? string[]
---@field check? table what was verified, and how
---@field conversation? string
---@field again? boolean the answer is one given before
---@field trimmed? string lines that were too much to send
---@field usage? {promptTokens: integer, completionTokens: integer, usd: number|vim.NIL|nil}

---@class kimi.Job
---@field id string
---@field client_id integer
---@field action string
---@field name string the file's name
---@field buffer? integer what it was asked for on
---@field view? kimi.View where its text streams to

---@type table<string, kimi.Job>
local running = {}

--- The latest conversation with each server.
---@type table<integer, string>
M.conversations = {}

---@param job kimi.Job
local function stop(job)
  local one = vim.lsp.get_client_by_id(job.client_id)
  if one then
    local params = { command = 'kimi.cancel', arguments = { { job = job.id } } }
    one:request('workspace/executeCommand', params, function() end)
  end
end

--- Stop every job; whether there was one.
---@return boolean
function M.cancel()
  for _, job in pairs(running) do
    stop(job)
  end
  return next(running) ~= nil
end

--- What a job took, and what it went without.
---@param outcome kimi.Outcome
---@return string
local function receipt(outcome)
  local usage = outcome.usage
  if outcome.again then
    return 'answered before, nothing was sent'
  elseif not usage then
    return ''
  end
  local text = ('%d tokens'):format(usage.promptTokens + usage.completionTokens)
  if type(usage.usd) == 'number' then
    text = text .. (', $%.4f'):format(usage.usd)
  end
  if outcome.trimmed then
    text = text .. (', without lines %s'):format(outcome.trimmed)
  end
  return text
end

--- What was seen of what was made, in a few words.
---@param check? table
---@return string
local function seen(check)
  if not check then
    return ''
  elseif check.kind ~= 'render' then
    return ', not drawn'
  elseif check.rounds then
    return (', %.2f alike after %d round%s'):format(
      check.score,
      check.rounds,
      check.rounds == 1 and '' or 's'
    )
  end
  return check.verified and ', seen to be drawn' or ', not seen to be drawn'
end

---@param job kimi.Job
---@param outcome kimi.Outcome
local function tell(job, outcome)
  if job.view and job.view:finish(outcome, receipt(outcome)) then
    return
  end
  if job.action == 'apply' then
    -- Whoever accepted a change waits for its end, and tells of it.
    return
  end
  if outcome.state == 'done' and outcome.applied == false and outcome.hunks then
    require('kimi.review').begin(job, outcome.hunks, seen(outcome.check))
    return
  end
  if outcome.applied then
    require('kimi.gone').watch(job.id)
  else
    require('kimi.gone').forget(job.id)
  end
  if outcome.state == 'done' then
    local paid = receipt(outcome)
    local what = outcome.applied and 'changed ' .. job.name .. '; undo takes it back in one step'
      or job.action .. ' is done'
    if job.action == 'component' and outcome.applied then
      what = 'made ' .. vim.fs.basename(vim.uri_to_fname(outcome.files[1]))
    end
    what = what .. seen(outcome.check)
    client.say(what .. (paid ~= '' and ' (' .. paid .. ')' or ''))
  else
    local level = outcome.state == 'cancelled' and vim.log.levels.INFO or vim.log.levels.WARN
    client.say(outcome.message or outcome.state, level)
  end
end

local events = {}

function events.begin(job, params)
  running[params.job] = job
  local buffer = params.uri and vim.uri_to_bufnr(params.uri)
  job.buffer = buffer
  if params.action == 'fix' then
    require('kimi.gone').begin(job.id, params.tag, buffer)
  end
  job.name = params.uri and vim.fs.basename(vim.uri_to_fname(params.uri)) or ''
  if params.action == 'explain' or params.action == 'ask' then
    local title = params.action == 'ask' and 'answers' or 'explains ' .. job.name
    job.view = require('kimi.float').open(title, function()
      stop(job)
    end)
  elseif buffer and vim.api.nvim_buf_is_loaded(buffer) then
    progress.begin(job.id, buffer)
  end
end

function events.report(job, params)
  progress.report(job.id, params.message)
  if job.view then
    job.view:status(params.message)
  end
end

function events.text(job, params)
  if job.view then
    job.view:append(params.delta)
  end
end

function events.reasoning(job, params)
  if job.view then
    require('kimi.thought').append(job.view, params.delta)
  end
end

events['end'] = function(job, params)
  running[job.id] = nil
  progress.finish(job.id)
  if params.conversation then
    M.conversations[job.client_id] = params.conversation
  end
  tell(job, params)
end

--- One `kimi/job` notification.
---@param client_id integer
---@param params table
function M.event(client_id, params)
  local job = running[params.job]
  if params.event == 'begin' then
    job = { id = params.job, client_id = client_id, action = params.action, name = '' }
  end
  local event = events[params.event]
  if job and event then
    event(job, params)
  end
end

--- A server is gone: whatever it was doing ends here.
---@param client_id integer
---@param code integer
---@param signal integer
function M.lost(client_id, code, signal)
  for id, job in pairs(running) do
    if job.client_id == client_id then
      running[id] = nil
      progress.finish(id)
      tell(job, { state = 'failed', message = 'the server ended before the answer did.' })
    end
  end
  if (code ~= 0 or signal ~= 0) and vim.v.exiting == vim.NIL then
    client.say(
      'the server ended by itself. :Kimi log shows why; :edit starts it again.',
      vim.log.levels.ERROR
    )
  end
end

return M
