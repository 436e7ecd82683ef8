using MetaStore.Engines.Memory;
using MetaStore.StateMachine;
using MetaStore.StateMachine.Alarms;
using MetaStore.StateMachine.Auth.Rights;
using MetaStore.StateMachine.Auth.Tokens;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Codec;
using MetaStore.StateMachine.Commands.Kv;
using MetaStore.StateMachine.Commands.Leases;
using MetaStore.StateMachine.Commands.Membership;
using MetaStore.StateMachine.Commands.Tokens;
using MetaStore.StateMachine.Commands.Users;
using MetaStore.StateMachine.Membership;

namespace MetaStore.Fuzz.Inputs;

/// <summary>A state with something of everything, made by applying commands.</summary>
internal static class SeedState
{
    private const ulong Term = 2;

    public static MemoryEngine Create()
    {
        var engine = new MemoryEngine();
        var machine = new ReplicatedStateMachine(engine);
        foreach (byte[] command in Commands())
        {
            Apply(machine, command);
        }

        machine.BeginEntry(machine.AppliedIndex + 1, Term);
        machine.SetConfState(new byte[] { 1, 2, 3 });
        machine.EndEntry();
        machine.Publish();
        return engine;
    }

    /// <summary>Applies a command as an entry of its own, with all that follows from it.</summary>
    public static void Apply(ReplicatedStateMachine machine, byte[] command)
    {
        machine.BeginEntry(machine.AppliedIndex + 1, Term);
        machine.Apply(command);
        machine.EndEntry();
        machine.Publish();
        while (machine.CompactStep())
        {
            // Until all is removed.
        }

        machine.Publish();
    }

    private static IEnumerable<byte[]> Commands()
    {
        yield return CommandFormat.Encode(new MemberUpsertCommand { Member = new MemberRecord { Id = 7, Name = "n1", PeerUrls = ["http://n1:2380"], ClientUrls = ["http://n1:2379"] } });
        yield return CommandFormat.Encode(new ClusterVersionSetCommand { Version = "3.6.0" });
        yield return CommandFormat.Encode(new LeaseGrantCommand { Id = 5, Ttl = 60 });
        yield return CommandFormat.Encode(new PutCommand { Key = "a"u8.ToArray(), Value = "1"u8.ToArray(), Lease = 5 });
        yield return CommandFormat.Encode(new PutCommand { Key = "b"u8.ToArray(), Value = "2"u8.ToArray() });
        yield return CommandFormat.Encode(new PutCommand { Key = "a"u8.ToArray(), Value = "3"u8.ToArray(), Lease = 5 });
        yield return CommandFormat.Encode(new TxnCommand
        {
            Success = [TxnOp.Of(new PutCommand { Key = "c"u8.ToArray(), Value = "4"u8.ToArray() }), TxnOp.Of(new DeleteRangeCommand { Key = "b"u8.ToArray() })],
        });
        yield return CommandFormat.Encode(new CompactCommand { Revision = 3 });
        yield return CommandFormat.Encode(new AlarmCommand { Action = AlarmAction.Activate, Kind = AlarmKind.NoSpace, Member = 7 });
        yield return CommandFormat.Encode(new UserPutCommand { Name = "root", Hash = "$2a$04$abcdefghijklmnopqrstuv" });
        yield return CommandFormat.Encode(new RoleAddCommand { Name = "root" });
        yield return CommandFormat.Encode(new RoleGrantCommand { Role = "root", Type = PermissionType.ReadWrite, Key = "a"u8.ToArray(), RangeEnd = "c"u8.ToArray() });
        yield return CommandFormat.Encode(new UserGrantCommand { User = "root", Role = "root" });
        yield return CommandFormat.Encode(new AuthEnableCommand());
        yield return CommandFormat.Encode(new TokenIssueCommand { Digest = TokenDigest.Of("abc"u8), User = "root", CredentialRevision = 3 });
    }
}
