using MetaStore.Raft.Runtime.Node;
using MetaStore.Server.Reads;
using MetaStore.Server.Services.Mapping;
using MetaStore.StateMachine;
using MetaStore.StateMachine.Alarms;
using MetaStore.StateMachine.Mvcc.Reading;

namespace MetaStore.Server.Observability.Health;

/// <summary>The checks of /health, /livez and /readyz.</summary>
internal sealed class HealthChecks(ReplicatedStateMachine machine, ReadDispatcher reads, LeadershipState leadership, ulong memberId)
{
    private static readonly byte[] ProbeKey = "a"u8.ToArray();

    private long _passed;
    private long _failed;

    /// <summary>Health checks at /health that succeeded.</summary>
    public long Passed => Volatile.Read(ref _passed);

    /// <summary>Health checks at /health that failed.</summary>
    public long Failed => Volatile.Read(ref _failed);

    /// <summary>Names of the checks of /livez.</summary>
    public static IReadOnlyList<string> Livez { get; } = ["serializable_read"];

    /// <summary>Names of the checks of /readyz.</summary>
    public static IReadOnlyList<string> Readyz { get; } = ["data_corruption", "serializable_read", "linearizable_read", "non_learner"];

    /// <summary>Results of the checks that have run.</summary>
    public CheckResults Results { get; } = new();

    /// <summary>Runs one named check.</summary>
    /// <param name="type">"livez" or "readyz": the page it is counted for.</param>
    /// <param name="check">One of <see cref="Livez"/> or <see cref="Readyz"/>.</param>
    /// <returns>Null when it passes, otherwise the reason.</returns>
    public async Task<string?> RunAsync(string type, string check)
    {
        string? failure = await FindFailureAsync(check);
        Results.Add(type, check, failure is null);
        return failure;
    }

    /// <summary>The result of /health.</summary>
    /// <param name="serializable">True skips the check of the quorum.</param>
    /// <param name="excluded">Names of alarms to ignore.</param>
    /// <returns>Why this member is not healthy; empty when it is.</returns>
    public async Task<string> WhyUnhealthyAsync(bool serializable, IReadOnlyCollection<string> excluded)
    {
        string reason = await FindReasonAsync(serializable, excluded);
        Interlocked.Increment(ref reason.Length == 0 ? ref _passed : ref _failed);
        return reason;
    }

    private async Task<string?> FindFailureAsync(string check) => check switch
    {
        "data_corruption" => machine.Alarms.Corrupt ? "alarm activated: CORRUPT" : null,
        "serializable_read" => ReadLocally(),
        "linearizable_read" => await ReadLinearizablyAsync(),
        "non_learner" => machine.Members.Find(memberId) is { IsLearner: true } ? "not supported for learner" : null,
        _ => throw new ArgumentOutOfRangeException(nameof(check), check, "not a check"),
    };

    private async Task<string> FindReasonAsync(bool serializable, IReadOnlyCollection<string> excluded)
    {
        foreach (AlarmRecord alarm in machine.Alarms.Raised)
        {
            string name = alarm.Kind == AlarmKind.NoSpace ? "NOSPACE" : "CORRUPT";
            if (!excluded.Contains(name))
            {
                return "ALARM " + name;
            }
        }

        if (!serializable && leadership.Leader == 0)
        {
            return "RAFT NO LEADER";
        }

        string? failed = serializable ? ReadLocally() : await ReadLinearizablyAsync();
        return failed is null ? "" : "RANGE ERROR:" + failed;
    }

    private string? ReadLocally()
    {
        using ReadTxn txn = machine.Reader.OpenRead();
        txn.Range(new RangeQuery { Key = ProbeKey, Limit = 1 });
        return null;
    }

    private async Task<string?> ReadLinearizablyAsync()
    {
        ServerError error = await reads.ConfirmAsync();
        return error == ServerError.None ? ReadLocally() : StatusMap.Of(error).Detail;
    }
}
