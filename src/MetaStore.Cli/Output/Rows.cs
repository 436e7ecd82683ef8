using MetaStore.Protocol.Etcd;
using MetaStore.StateMachine.Backups;

namespace MetaStore.Cli.Output;

/// <summary>Lists as rows of text, for the simple and the table format. The column order is etcdctl's.</summary>
internal static class Rows
{
    public static string[] MemberColumns { get; } = ["ID", "STATUS", "NAME", "PEER ADDRS", "CLIENT ADDRS", "IS LEARNER"];

    public static string[] StatusColumns { get; } =
        ["ENDPOINT", "ID", "VERSION", "DB SIZE", "IS LEADER", "IS LEARNER", "RAFT TERM", "RAFT INDEX", "RAFT APPLIED INDEX", "ERRORS"];

    public static string[] HealthColumns { get; } = ["ENDPOINT", "HEALTH", "TOOK", "ERROR"];

    public static string[] HashColumns { get; } = ["ENDPOINT", "HASH", "HASH REVISION", "COMPACT REVISION"];

    public static string[] SnapshotColumns { get; } = ["HASH", "REVISION", "TOTAL KEYS", "TOTAL SIZE"];

    public static string[] Snapshot(BackupSummary summary) =>
        [summary.Hash.ToString("x"), summary.Revision.ToString(), summary.Entries.ToString(), Bytes(summary.Bytes)];

    /// <summary>The name of an alarm as the protocol spells it.</summary>
    public static string NameOf(AlarmType alarm) => alarm.ToString().ToUpperInvariant();

    public static IEnumerable<string[]> Members(MemberListResponse response) => response.Members.Select(member => new[]
    {
        member.ID.ToString("x"), member.Name.Length == 0 ? "unstarted" : "started", member.Name,
        string.Join(',', member.PeerURLs), string.Join(',', member.ClientURLs), Bool(member.IsLearner),
    });

    public static IEnumerable<string[]> Status(IEnumerable<EndpointStatus> endpoints) =>
        from endpoint in endpoints
        let status = endpoint.Response
        where status is not null
        select new[]
        {
            endpoint.Endpoint, status.Header.MemberId.ToString("x"), status.Version, Bytes(status.DbSize), Bool(status.Leader == status.Header.MemberId),
            Bool(status.IsLearner), status.RaftTerm.ToString(), status.RaftIndex.ToString(), status.RaftAppliedIndex.ToString(), string.Join(", ", status.Errors),
        };

    public static IEnumerable<string[]> Health(IEnumerable<EndpointHealth> endpoints) => endpoints.Select(endpoint => new[]
    {
        endpoint.Endpoint, Bool(endpoint.Error is null), $"{endpoint.Took.TotalMilliseconds:0.###}ms", endpoint.Error ?? string.Empty,
    });

    public static IEnumerable<string[]> Hashes(IEnumerable<EndpointHash> endpoints) =>
        from endpoint in endpoints
        let hash = endpoint.Response
        where hash is not null
        select new[] { endpoint.Endpoint, hash.Hash.ToString(), hash.HashRevision.ToString(), hash.CompactRevision.ToString() };

    /// <summary>Bytes with a decimal unit, as etcdctl shows database sizes.</summary>
    public static string Bytes(long bytes)
    {
        string[] units = ["B", "kB", "MB", "GB", "TB"];
        double amount = bytes;
        var unit = 0;
        while (amount >= 1000 && unit < units.Length - 1)
        {
            amount /= 1000;
            unit++;
        }

        return unit == 0 ? $"{bytes} B" : amount < 10 ? $"{amount:0.0} {units[unit]}" : $"{amount:0} {units[unit]}";
    }

    private static string Bool(bool value) => value ? "true" : "false";
}
