using System.CommandLine;
using Google.Protobuf;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.Output.Batching;
using MetaStore.Cli.Terminals;
using MetaStore.Protocol.Etcd;
using MetaStore.Protocol.V1;
using MetaStore.StateMachine.Backups;

namespace MetaStore.Cli.Output;

/// <summary>Prints results in one format to a writer, normally stdout.</summary>
internal abstract class Printer(TextWriter output)
{
    /// <summary>Receives the results.</summary>
    protected TextWriter Output { get; } = output;

    /// <summary>The printer for the requested format.</summary>
    /// <exception cref="UsageException">The format is unknown.</exception>
    public static Printer For(ParseResult parsed) => (GlobalOptions.Format(parsed), GlobalOptions.IsHex(parsed)) switch
    {
        (OutputFormat.Json, _) => new JsonPrinter(Terminal.Out),
        (OutputFormat.Fields, _) => new FieldsPrinter(Terminal.Out),
        (OutputFormat.Table, _) => new TablePrinter(Terminal.Out),
        (_, var isHex) => new SimplePrinter(Terminal.Out, isHex),
    };

    public abstract void Put(PutResponse response);

    public abstract void Range(RangeResponse response, bool valuesOnly, bool countOnly);

    public abstract void Delete(DeleteRangeResponse response);

    public abstract void Txn(TxnResponse response);

    public abstract void Compaction(long revision, CompactionResponse response);

    public abstract void Grant(LeaseGrantResponse response);

    public abstract void Revoke(long id, LeaseRevokeResponse response);

    public abstract void TimeToLive(LeaseTimeToLiveResponse response, bool withKeys);

    public abstract void Leases(LeaseLeasesResponse response);

    public abstract void KeepAlive(LeaseKeepAliveResponse response);

    /// <summary>A watch response; nothing for the one that confirms its creation.</summary>
    public abstract void Watch(WatchResponse response);

    public abstract void Members(MemberListResponse response);

    public abstract void MemberAdd(string name, MemberAddResponse response);

    public abstract void MemberRemove(ulong id, MemberRemoveResponse response);

    public abstract void MemberUpdate(ulong id, MemberUpdateResponse response);

    public abstract void MemberPromote(ulong id, MemberPromoteResponse response);

    public abstract void MoveLeader(ulong from, ulong to, MoveLeaderResponse response);

    public abstract void Alarms(AlarmResponse response);

    /// <summary>A change of users, roles or the switch.</summary>
    /// <param name="line">What was done, for people.</param>
    /// <param name="response">The answer; its first field is the header.</param>
    public abstract void AuthChanged(string line, IMessage response);

    public abstract void AuthStatus(AuthStatusResponse response);

    public abstract void User(string name, AuthUserGetResponse response);

    public abstract void Users(AuthUserListResponse response);

    public abstract void Role(string name, AuthRoleGetResponse response);

    public abstract void Roles(AuthRoleListResponse response);

    public abstract void SnapshotSaved(string path, BackupSummary summary);

    public abstract void SnapshotStatus(BackupSummary summary);

    public abstract void Status(IReadOnlyList<EndpointStatus> endpoints);

    public abstract void Health(IReadOnlyList<EndpointHealth> endpoints);

    public abstract void Hashes(IReadOnlyList<EndpointHash> endpoints);

    public abstract void Admission(IReadOnlyList<AdmissionReport> endpoints);

    public abstract void Batching(IReadOnlyList<BatchingReport> endpoints);

    /// <summary>The result of changing batching settings at each member.</summary>
    public abstract void BatchingChanged(BatchSettings asked, IReadOnlyList<BatchingChange> endpoints);
}
