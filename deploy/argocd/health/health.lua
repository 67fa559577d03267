-- Health of meshfed's kinds (MeshFederation, RemoteMesh, ImportedService), from kstatus conditions.
-- Not the last condition by time, and never a status of an older generation: both show green while the change is still on its way.
local health = { status = "Progressing", message = "Waiting for the meshfed operator" }

if obj.status == nil or obj.status.conditions == nil then
  return health
end
if obj.status.observedGeneration ~= obj.metadata.generation then
  health.message = "Waiting for the meshfed operator to see the latest change"
  return health
end

local conditions = {}
for _, condition in ipairs(obj.status.conditions) do
  conditions[condition.type] = condition
end

local function holds(type)
  return conditions[type] ~= nil and conditions[type].status == "True"
end

local function words(condition)
  return (condition.reason or "") .. ": " .. (condition.message or "")
end

if holds("Stalled") then
  return { status = "Degraded", message = words(conditions["Stalled"]) }
end
if obj.spec ~= nil and obj.spec.suspend == true then
  return { status = "Suspended", message = "spec.suspend is true: meshfed touches nothing of this object" }
end

local ready = conditions["Ready"]
if ready == nil then
  return health
end
if ready.status == "True" then
  return { status = "Healthy", message = ready.message or "" }
end
if ready.status == "Unknown" or holds("Reconciling") then
  return { status = "Progressing", message = words(ready) }
end
return { status = "Degraded", message = words(ready) }
