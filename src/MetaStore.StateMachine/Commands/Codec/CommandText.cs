using System.Globalization;
using System.Text;
using MetaStore.StateMachine.Commands.Identities;
using MetaStore.StateMachine.Commands.Kv;
using MetaStore.StateMachine.Commands.Leases;

namespace MetaStore.StateMachine.Commands.Codec;

/// <summary>A command as a log line shows it: what it does to which keys, without values.</summary>
public static class CommandText
{
    private const int OpsShown = 8;
    private const int KeyBytesShown = 128;

    /// <summary>The text of an encoded command that is known to be valid.</summary>
    public static string Of(ReadOnlyMemory<byte> command) => (CommandKind)command.Span[0] switch
    {
        CommandKind.Put => $"put:<{Of(PutCommand.Decode(command))}>",
        CommandKind.DeleteRange => $"delete_range:<{Of(DeleteRangeCommand.Decode(command))}>",
        CommandKind.Txn => $"txn:<{Of(TxnCommand.Decode(command))}>",
        CommandKind.Compact => string.Create(CultureInfo.InvariantCulture, $"compaction:<revision:{CompactCommand.Decode(command).Revision}>"),
        CommandKind.LeaseGrant => Of(LeaseGrantCommand.Decode(command)),
        CommandKind.LeaseRevoke => $"lease_revoke:<id:{LeaseRevokeCommand.Decode(command).Id:x16}>",
        CommandKind.LeaseExpire => $"lease_expire:<id:{LeaseExpireCommand.Decode(command).Id:x16}>",
        CommandKind.As => OfInner(command),
        var kind => kind.ToString(),
    };

    private static string OfInner(ReadOnlyMemory<byte> command)
    {
        var identity = AsHeader.Read(command, out var inner);
        return $"header:<username:{Quoted(Encoding.UTF8.GetBytes(identity.User))}> {Of(inner)}";
    }

    private static string Of(in LeaseGrantCommand grant) => string.Create(CultureInfo.InvariantCulture, $"lease_grant:<ttl:{grant.Ttl}-second id:{grant.Id:x16}>");

    private static string Of(in PutCommand put) => string.Create(CultureInfo.InvariantCulture, $"key:{Quoted(put.Key.Span)} value_size:{put.Value.Length}");

    private static string Of(in DeleteRangeCommand delete) =>
        $"key:{Quoted(delete.Key.Span)}" + (delete.RangeEnd.IsEmpty ? "" : $" range_end:{Quoted(delete.RangeEnd.Span)}");

    private static string Of(TxnCommand txn) =>
        string.Create(CultureInfo.InvariantCulture, $"compares:{txn.Compares.Count} success:<{Of(txn.Success)}> failure:<{Of(txn.Failure)}>");

    private static string Of(IReadOnlyList<TxnOp> ops)
    {
        var shown = string.Join(' ', ops.Take(OpsShown).Select(Of));
        return ops.Count > OpsShown ? string.Create(CultureInfo.InvariantCulture, $"{shown} and {ops.Count - OpsShown} more") : shown;
    }

    private static string Of(TxnOp op) => op.Kind switch
    {
        TxnOpKind.Put => $"request_put:<{Of(op.Put)}>",
        TxnOpKind.DeleteRange => $"request_delete_range:<{Of(op.DeleteRange)}>",
        TxnOpKind.Range => $"request_range:<key:{Quoted(op.Range.Key.Span)}>",
        _ => string.Create(CultureInfo.InvariantCulture, $"request_txn:<success:{op.Txn!.Success.Count} failure:{op.Txn.Failure.Count}>"),
    };

    private static string Quoted(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder("\"");
        foreach (var value in bytes[..Math.Min(bytes.Length, KeyBytesShown)])
        {
            if (value is >= 0x20 and < 0x7F and not (byte)'"' and not (byte)'\\')
            {
                text.Append((char)value);
            }
            else
            {
                text.Append('\\').Append(Convert.ToString(value, 8).PadLeft(3, '0'));
            }
        }

        return text.Append(bytes.Length > KeyBytesShown ? "...\"" : "\"").ToString();
    }
}
