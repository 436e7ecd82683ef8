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

/// <summary>A command as another member forwards it, those of users and roles among them.</summary>
internal static class CommandTarget
{
    public static void Run(byte[] input)
    {
        try
        {
            _ = CommandCheck.Read(input, out _);
            _ = CommandText.Of(input);
        }
        catch (CommandFormatException)
        {
            // Refused.
        }
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
