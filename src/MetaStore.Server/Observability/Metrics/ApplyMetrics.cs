using MetaStore.Server.Observability.Instruments;
using MetaStore.Server.Observability.Stages;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Codec;

namespace MetaStore.Server.Observability.Metrics;

/// <summary>Apply durations by kind of command. Written by the apply thread, read by any.</summary>
internal sealed class ApplyMetrics(SlowApplies slow)
{
    private readonly Histogram?[] _worked = new Histogram?[byte.MaxValue + 1];
    private readonly Histogram?[] _refused = new Histogram?[byte.MaxValue + 1];
    private int _installing;

    /// <summary>Publication times of groups of entries; etcd_disk_backend_commit_duration_seconds.</summary>
    public Histogram Commits { get; } = new(0.001, 14);

    /// <summary>Compaction metrics.</summary>
    public CompactionMetrics Compaction { get; } = new(TimeProvider.System);

    /// <summary>1 while a snapshot is being installed.</summary>
    public int Installing => Volatile.Read(ref _installing);

    /// <summary>Records an applied command.</summary>
    public void OnApplied(ReadOnlyMemory<byte> command, in CommandResult result, TimeSpan took)
    {
        Histogram?[] ofKind = result.Succeeded ? _worked : _refused;
        (ofKind[(byte)result.Kind] ??= new Histogram(0.0001, 20)).Add(took);
        if (slow.IsSlow(took))
        {
            slow.Add(
                took, "", CommandText.Of(command), $"deleted:{result.Deleted} prev_kvs:{result.PrevKvs?.Count ?? 0}", result.Succeeded ? null : result.Error.ToString());
        }
    }

    /// <summary>Marks the start or the end of a snapshot installation.</summary>
    public void OnInstalling(bool begins) => Volatile.Write(ref _installing, begins ? 1 : 0);

    /// <summary>Adds etcd_server_apply_duration_seconds, with etcd's operation names.</summary>
    public void Write(MetricFamilies text)
    {
        const string name = "etcd_server_apply_duration_seconds";
        text.Family(name, "histogram", "Duration of applying a command, by operation.");
        foreach (CommandKind kind in Enum.GetValues<CommandKind>())
        {
            Write(text, name, kind, "true", Volatile.Read(ref _worked[(byte)kind]));
            Write(text, name, kind, "false", Volatile.Read(ref _refused[(byte)kind]));
        }
    }

    private static void Write(MetricFamilies text, string name, CommandKind kind, string success, Histogram? times)
    {
        if (times is not null)
        {
            text.Buckets(name, $"version=\"v3\",op=\"{NameOf(kind)}\",success=\"{success}\"", times);
        }
    }

    private static string NameOf(CommandKind kind) => kind switch
    {
        CommandKind.Compact => "Compaction",
        CommandKind.MemberAttributes => "ClusterMemberAttrSet",
        CommandKind.UserPut => "AuthUserAdd",
        CommandKind.UserDelete => "AuthUserDelete",
        CommandKind.UserPassword => "AuthUserChangePassword",
        CommandKind.UserGrant => "AuthUserGrantRole",
        CommandKind.UserRevoke => "AuthUserRevokeRole",
        CommandKind.RoleAdd => "AuthRoleAdd",
        CommandKind.RoleDelete => "AuthRoleDelete",
        CommandKind.RoleGrant => "AuthRoleGrantPermission",
        CommandKind.RoleRevoke => "AuthRoleRevokePermission",
        CommandKind.TokenIssue => "Authenticate",
        _ => kind.ToString(),
    };
}
