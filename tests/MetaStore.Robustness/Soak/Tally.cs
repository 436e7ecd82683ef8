using System.Collections.Concurrent;
using Grpc.Core;

namespace MetaStore.Robustness.Soak;

/// <summary>How often each thing was done and how often it failed, and what must not have happened. Thread-safe.</summary>
public sealed class Tally
{
    private readonly ConcurrentDictionary<string, (long Done, long Failed, string Last)> _counts = new();
    private readonly ConcurrentQueue<string> _violations = new();

    /// <summary>By name: done, failed, and the last failure.</summary>
    public IReadOnlyDictionary<string, (long Done, long Failed, string Last)> Counts => _counts;

    /// <summary>What must not have happened.</summary>
    public IReadOnlyCollection<string> Violations => _violations;

    /// <summary>Does something and counts it; a refused call is a failure, any other exception is the caller's.</summary>
    public async Task CountAsync(string name, Func<Task> action)
    {
        try
        {
            await action();
            _counts.AddOrUpdate(name, (1, 0, ""), (_, count) => (count.Done + 1, count.Failed, count.Last));
        }
        catch (RpcException refused)
        {
            string text = $"{refused.StatusCode}: {refused.Status.Detail}";
            _counts.AddOrUpdate(name, (0, 1, text), (_, count) => (count.Done, count.Failed + 1, text));
        }
    }

    /// <summary>Notes what must not have happened.</summary>
    public void Violate(string what) => _violations.Enqueue(what);
}
