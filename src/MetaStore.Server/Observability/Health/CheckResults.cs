using MetaStore.Server.Observability.Instruments;

namespace MetaStore.Server.Observability.Health;

/// <summary>Results of the checks of /livez and /readyz: the last result of each, and how often it passed and failed. Any thread.</summary>
internal sealed class CheckResults
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<(string Type, string Name), (bool Last, long Passed, long Failed)> _results = [];

    /// <summary>Records a result.</summary>
    /// <param name="type">"livez" or "readyz".</param>
    /// <param name="name">The check.</param>
    /// <param name="passed">The result.</param>
    public void Add(string type, string name, bool passed)
    {
        lock (_gate)
        {
            (_, long passes, long failures) = _results.GetValueOrDefault((type, name));
            _results[(type, name)] = (passed, passes + (passed ? 1 : 0), failures + (passed ? 0 : 1));
        }
    }

    /// <summary>Adds etcd_server_healthcheck and etcd_server_healthchecks_total; as in etcd, only of checks that have run.</summary>
    public void Write(MetricFamilies text)
    {
        lock (_gate)
        {
            text.Family("etcd_server_healthcheck", "gauge", "1 if the check passed the last time, by page and check.");
            foreach (((string type, string name), (bool last, _, _)) in _results)
            {
                text.Sample("etcd_server_healthcheck", $"type=\"{type}\",name=\"{name}\"", last ? 1 : 0);
            }

            text.Family("etcd_server_healthchecks_total", "counter", "Health checks run for /livez and /readyz, by result.");
            foreach (((string type, string name), (_, long passed, long failed)) in _results)
            {
                text.Sample("etcd_server_healthchecks_total", $"type=\"{type}\",name=\"{name}\",status=\"success\"", passed);
                text.Sample("etcd_server_healthchecks_total", $"type=\"{type}\",name=\"{name}\",status=\"error\"", failed);
            }
        }
    }
}
