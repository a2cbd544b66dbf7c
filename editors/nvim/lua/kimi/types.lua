-- Written from the server's table of settings; do not edit.

---@meta

---@class kimi.ServerSettings
---@field model? string A model id, or auto: the K2.5 the endpoint lists, else K2.6.
---@field baseUrl? string The endpoint, any that speaks the OpenAI API.
---@field dialect? 'auto'|'moonshot'|'vllm'|'sglang'|'openrouter'|'openai' How the endpoint spells thinking and reasoning; auto finds out.
---@field thinking? 'auto'|'on'|'off' Whether the model thinks before it answers; auto lets each action decide.
---@field language? string Language of explanations and messages; auto is the editor's locale.
---@field maxConcurrency? integer Most requests at once to one endpoint.
---@field requestsPerMinute? integer Most requests a minute; 0 learns it from the endpoint's own refusals.
---@field tokensPerMinute? integer Most tokens a minute; 0 learns it from the endpoint's own refusals.
---@field budget? kimi.ServerSettings.budget
---@field timeout? kimi.ServerSettings.timeout
---@field exclude? string[] Patterns in .gitignore syntax whose files never leave the machine.
---@field edit? kimi.ServerSettings.edit
---@field explain? kimi.ServerSettings.explain
---@field actions? table Your own actions: id to {title, instruction, output}.
---@field trusted? boolean The workspace's own tooling may be run to render pages.
---@field jobEvents? boolean The client takes the notification kimi/job.
---@field apiKeyRequests? boolean The client answers the request kimi/apiKey.

---@class kimi.ServerSettings.budget
---@field usdPerDay? number Most US dollars a calendar day, over all of one person's servers.
---@field tokensPerRequest? integer Most tokens of one request: the prompt and the bound of its answer.

---@class kimi.ServerSettings.timeout
---@field firstTokenSeconds? number Longest wait from the sending of a request to its first token.
---@field idleSeconds? number Longest wait from one token to the next; reasoning counts, keep-alives do not.

---@class kimi.ServerSettings.edit
---@field apply? 'now'|'hold' now applies an edit when it is ready, hold keeps it until it is accepted.

---@class kimi.ServerSettings.explain
---@field display? 'auto'|'virtual'|'file'|'message'|'hover' Where an explanation is shown in an editor without a plugin of ours.
