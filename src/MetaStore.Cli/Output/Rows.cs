using MetaStore.Protocol.Etcd;
using MetaStore.StateMachine.Backups;

namespace MetaStore.Cli.Output;

/// <summary>Lists as rows of text, for the simple and the table format. The column order is etcdctl's.</summary>
internal static class Rows
{
    public static string[] MemberColumns { get; } = ["ID", "STATUS", "NAME", "PEER ADDRS", "CLIENT ADDRS", "IS LEARNER"];

    /// <summary>etcdctl 3.6's; before 3.6 there were ten of them.</summary>
    public static string[] StatusColumns { get; } =
    [
        "ENDPOINT", "ID", "VERSION", "STORAGE VERSION", "DB SIZE", "IN USE", "PERCENTAGE NOT IN USE", "QUOTA", "IS LEADER", "IS LEARNER",
        "RAFT TERM", "RAFT INDEX", "RAFT APPLIED INDEX", "ERRORS", "DOWNGRADE TARGET VERSION", "DOWNGRADE ENABLED",
    ];

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
            endpoint.Endpoint, status.Header.MemberId.ToString("x"), status.Version, status.StorageVersion, Bytes(status.DbSize), Bytes(status.DbSizeInUse),
            $"{(status.DbSize == 0 ? 0 : 100 - (status.DbSizeInUse * 100 / status.DbSize))}%", Bytes(status.DbSizeQuota),
            Bool(status.Leader == status.Header.MemberId), Bool(status.IsLearner), status.RaftTerm.ToString(), status.RaftIndex.ToString(),
            status.RaftAppliedIndex.ToString(), string.Join(", ", status.Errors),
            status.DowngradeInfo?.TargetVersion ?? string.Empty, Bool(status.DowngradeInfo?.Enabled == true),
        };

    /// <summary>
    /// How many entries each endpoint has not applied yet, of those that its leader had when it was asked; a dash where the leader was not asked or did not answer.
    /// </summary>
    public static IEnumerable<string> Lag(IReadOnlyList<EndpointStatus> endpoints)
    {
        var leaders = endpoints.Select(endpoint => endpoint.Response).OfType<StatusResponse>()
            .Where(status => status.Leader == status.Header.MemberId).ToLookup(status => status.Header.MemberId, status => status.RaftIndex);
        return endpoints.Select(endpoint => endpoint.Response).OfType<StatusResponse>().Select(status =>
            leaders[status.Leader].Any() ? Math.Max(0L, (long)leaders[status.Leader].Max() - (long)status.RaftAppliedIndex).ToString() : "-");
    }

    public static IEnumerable<string[]> Health(IEnumerable<EndpointHealth> endpoints) => endpoints.Select(endpoint => new[]
    {
        endpoint.Endpoint, Bool(endpoint.Error is null), $"{endpoint.Took.TotalMilliseconds:0.###}ms", endpoint.Error ?? string.Empty,
    });

    public static IEnumerable<string[]> Hashes(IEnumerable<EndpointHash> endpoints) =>
        from endpoint in endpoints
        let hash = endpoint.Response
        where hash is not null
        select new[] { endpoint.Endpoint, hash.Hash.ToString(), hash.HashRevision.ToString(), hash.CompactRevision.ToString() };

    /// <summary>Bytes with a decimal unit, rounded to tenths below ten and to whole numbers above, as etcdctl shows database sizes.</summary>
    /// <remarks>Source: the humanize package of Go, which rounds to tenths first and then half to even.</remarks>
    public static string Bytes(long bytes)
    {
        string[] units = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];
        double amount = bytes;
        var unit = 0;
        while (amount >= 1000 && unit < units.Length - 1)
        {
            amount /= 1000;
            unit++;
        }

        var tenths = Math.Floor((amount * 10) + 0.5) / 10;
        return unit == 0 ? $"{bytes} B" : tenths < 10 ? $"{tenths:0.0} {units[unit]}" : $"{Math.Round(tenths, MidpointRounding.ToEven):0} {units[unit]}";
    }

    /// <summary>"1.2 MB in 0.35 s, 3.4 MB/s".</summary>
    public static string Throughput(long bytes, TimeSpan took) =>
        FormattableString.Invariant($"{Bytes(bytes)} in {took.TotalSeconds:0.00} s, {Bytes((long)(bytes / Math.Max(took.TotalSeconds, 0.001)))}/s");

    private static string Bool(bool value) => value ? "true" : "false";
}
