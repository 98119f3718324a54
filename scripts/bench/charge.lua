-- wrk, one thread: GET of the paths in $CHEMINS, round and round, or each once ($UNE_FOIS). Ends with a line of JSON.
local ffi = require("ffi")
ffi.cdef [[
  typedef struct { long s; long ns; } instant;
  int clock_gettime(int, instant *);
  int kill(int, int);
  int getpid(void);
]]
local demandes, rang, rendues, appels, fils = {}, 0, 0, 0, nil
local une_fois = os.getenv("UNE_FOIS")
debut, fin = 0, 0 -- read from the thread at the end

local function maintenant()
  local t = ffi.new("instant")
  ffi.C.clock_gettime(1, t)
  return tonumber(t.s) + tonumber(t.ns) / 1e9
end

function setup(thread)
  fils = thread
end

function init()
  local codage = os.getenv("CODAGE")
  if codage and codage ~= "" then wrk.headers["Accept-Encoding"] = codage end
  for chemin in io.lines(os.getenv("CHEMINS")) do
    demandes[#demandes + 1] = wrk.format("GET", chemin)
  end
end

function request()
  -- The first call is wrk looking at the script, before any connection.
  appels = appels + 1
  if appels == 2 then debut = maintenant() end
  rang = rang % #demandes + 1
  return demandes[rang]
end

if une_fois then
  function response()
    rendues = rendues + 1
    if rendues == #demandes then
      fin = maintenant()
      wrk.thread:stop()
      -- wrk sleeps for all of its time, unless interrupted.
      ffi.C.kill(ffi.C.getpid(), 2)
    end
  end
end

function done(bilan, latence)
  local e = bilan.errors
  local secondes = bilan.duration / 1e6
  if une_fois then secondes = fils:get("fin") - fils:get("debut") end
  io.write(string.format(
    '{"demandes": %d, "secondes": %.6f, "octets": %d, "p50": %.3f, "p99": %.3f, "erreurs": %d}\n',
    bilan.requests, secondes, bilan.bytes, latence:percentile(50) / 1e3, latence:percentile(99) / 1e3,
    e.connect + e.read + e.write + e.status + e.timeout))
end
