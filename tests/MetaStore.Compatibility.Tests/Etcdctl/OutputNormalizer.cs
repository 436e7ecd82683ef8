using System.Text.RegularExpressions;

namespace MetaStore.Compatibility.Tests.Etcdctl;

/// <summary>Masks what may differ between two correct outputs of etcdctl.</summary>
internal static partial class OutputNormalizer
{
    private static readonly (Regex Found, string Written)[] Rules =
    [
        // The time of a command, its duration, and the client's random name for its connection.
        (LogTime(), "\"ts\":<time>"),
        (Took(), "$1<time>"),
        (ConnectionName(), "endpoint://<connection>/"),

        // A lease granted just before may have lost its first second.
        (Remaining(), "remaining(<time>)"),

        // The keys of "lock" and "elect" end with the client's lease, whose ID is random; so are leases granted without an ID.
        (LeaseKey(), "<lease>"),

        // Ids with fewer than 16 digits are padded.
        (ShortId(), "$1 "),

        // Raft's term and indexes: elections and internal entries differ between implementations.
        (RaftNumber(), "$1<raft>"),

        // The server's version and the size of its files.
        (ServerVersion(), "$1\"<version>\""),
        (Size(), "$1<size>"),

        // One line for all five in the simple and the table form of "endpoint status": version, size, leader, learner, Raft.
        (StatusColumns(), "$1 <version>$2 <size>$2 $3$2 $4$2 <raft>$2 <raft>$2 <raft>$2"),

        // Padding and rules of tables depend on the length of the masked values.
        (TableRule(), "+--+"),
        (TablePadding(), " "),
        (TookColumn(), "$1<time>$2"),
    ];

    internal static string Normalize(string output, ScriptNames names)
    {
        output = names.Mask(output);
        foreach (var (found, written) in Rules)
        {
            output = found.Replace(output, written);
        }

        // The id of an added member depends on the time, and lists are ordered by id.
        output = MemberRows().Replace(output, rows => Sorted(rows.Value, '\n'));
        output = AttachedKeys().Replace(output, keys => Sorted(keys.Value, ' '));
        return InitialCluster().Replace(output, list => Sorted(list.Value, ','));
    }

    private static string Sorted(string list, char separator) =>
        string.Join(separator, list.Split(separator).Order(StringComparer.Ordinal));

    [GeneratedRegex(@"^\|? ?<id-[^\n]*(\n\|? ?<id-[^\n]*)+", RegexOptions.Multiline)]
    private static partial Regex MemberRows();

    // etcd returns a lease's keys in map order.
    [GeneratedRegex(@"(?<=attached keys\(\[)[^\]]*")]
    private static partial Regex AttachedKeys();

    [GeneratedRegex("(?<=ETCD_INITIAL_CLUSTER=\")[^\"]*")]
    private static partial Regex InitialCluster();

    [GeneratedRegex(@"^(\|.*\| )[0-9.]+(?:ns|µs|ms|s)( \|)", RegexOptions.Multiline)]
    private static partial Regex TookColumn();

    [GeneratedRegex("\"ts\":(\"[^\"]*\"|[0-9.]+)")]
    private static partial Regex LogTime();

    [GeneratedRegex("(took = |\"took\":\"?|\"Took\" : )[0-9.]+(ns|µs|ms|s)?(?=$|[\",}])", RegexOptions.Multiline)]
    private static partial Regex Took();

    [GeneratedRegex(@"(?<=/)[0-9a-f]{12,16}(?=$|[\s""])|^[0-9a-f]{16}$", RegexOptions.Multiline)]
    private static partial Regex LeaseKey();

    [GeneratedRegex("(Member|cluster) +(?=<)")]
    private static partial Regex ShortId();

    [GeneratedRegex(@"remaining\(\d+s\)")]
    private static partial Regex Remaining();

    [GeneratedRegex("endpoint://client-[0-9a-f-]+/")]
    private static partial Regex ConnectionName();

    [GeneratedRegex("(\"raft_term\":|\"raftTerm\":|\"raftIndex\":|\"raftAppliedIndex\":|\"RaftTerm\" : |\"RaftIndex\" : |\"RaftAppliedIndex\" : )[0-9]+")]
    private static partial Regex RaftNumber();

    [GeneratedRegex("(\"version\":|\"Version\" : )\"[^\"]*\"")]
    private static partial Regex ServerVersion();

    [GeneratedRegex("(\"dbSize\":|\"dbSizeInUse\":|\"DBSize\" : |\"size\":)([0-9]+|\"[0-9.]+ [kM]?B\")")]
    private static partial Regex Size();

    [GeneratedRegex(@"(<id-n\d>(?: \|)?,?) +[0-9.a-z-]+( \||,) +[0-9.]+ [kMG]?B(?: \||,) +(true|false)(?: \||,) +(true|false)(?: \||,) +\d+(?: \||,) +\d+(?: \||,) +\d+(?: \||,)")]
    private static partial Regex StatusColumns();

    [GeneratedRegex(@"^\+[-+]+\+$", RegexOptions.Multiline)]
    private static partial Regex TableRule();

    [GeneratedRegex(@"(?<=^\|.*) +(?=.*\|$)", RegexOptions.Multiline)]
    private static partial Regex TablePadding();
}
