using MetaStore.Engines.Memory;
using MetaStore.Fuzz.Inputs;
using MetaStore.StateMachine;
using MetaStore.StateMachine.Auth;
using MetaStore.StateMachine.Auth.Rights;
using MetaStore.StateMachine.Auth.Tokens;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Codec;
using MetaStore.StateMachine.Commands.Identities;
using MetaStore.StateMachine.Commands.Kv;
using MetaStore.StateMachine.Commands.Tokens;
using MetaStore.StateMachine.Commands.Users;

namespace MetaStore.Fuzz.Targets;

/// <summary>A command as another member forwards it, those of users and roles among them. What the check lets through is applied to a state, which must then be readable throughout.</summary>
internal static class CommandTarget
{
    public static bool Run(byte[] input)
    {
        try
        {
            _ = CommandCheck.Read(input, out _);
        }
        catch (CommandFormatException)
        {
            return false;
        }

        _ = CommandText.Of(input);
        using MemoryEngine engine = SeedState.Create();
        var machine = new ReplicatedStateMachine(engine);
        SeedState.Apply(machine, input);
        StateTarget.CheckReading(machine);
        return true;
    }

    public static IEnumerable<byte[]> Seeds()
    {
        PutCommand put = new() { Key = "p/a"u8.ToArray(), Value = "value"u8.ToArray(), Lease = -5, PrevKv = true };
        TxnCommand inner = new() { Success = [TxnOp.Of(put)] };
        TxnCommand txn = new()
        {
            Compares = [new TxnCompare { Key = "p/a"u8.ToArray(), RangeEnd = "p/b"u8.ToArray(), Number = 7 }],
            Success = [TxnOp.Of(inner), TxnOp.Of(new DeleteRangeCommand { Key = "p/"u8.ToArray(), RangeEnd = "p0"u8.ToArray() })],
            Failure = [TxnOp.Of(put)],
        };
        yield return CommandFormat.Encode(put);
        yield return CommandFormat.Encode(txn);
        yield return As(txn);
        yield return As(new UserPutCommand { Name = "plain", Hash = "$2a$04$abcdefghijklmnopqrstuv" });
        yield return As(new UserGrantCommand { User = "plain", Role = "role" });
        yield return As(new RoleGrantCommand { Role = "role", Type = PermissionType.ReadWrite, Key = "p/"u8.ToArray(), RangeEnd = "p0"u8.ToArray() });
        yield return As(new AuthEnableCommand());
        yield return CommandFormat.Encode(new TokenIssueCommand { Digest = TokenDigest.Of("abc"u8), User = "plain", CredentialRevision = 3 });
    }

    private static byte[] As<T>(T command)
        where T : ICommand => CommandFormat.Encode(new AsCommand<T>(AuthIdentity.Of("root", 4), command));
}
