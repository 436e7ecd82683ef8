using System.Globalization;
using System.Text;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Kv;
using MetaStore.StateMachine.Mvcc.Reading;
using MetaStore.StateMachine.Mvcc.Records;
using MetaStore.StateMachine.Mvcc.Writing;

namespace MetaStore.Simulation.Checkers;

/// <summary>Responses as text, in the same form for the product and the model, so that they can be compared as strings.</summary>
internal static class AnswerText
{
    public static string Of(in CommandResult result)
    {
        if (result.Error != ErrorCode.None)
        {
            return $"error {result.Error}";
        }

        return result.Kind switch
        {
            CommandKind.Put => Put(result.Revision, result.PrevKvs?.Select(Pair)),
            CommandKind.DeleteRange => Delete(result.Revision, result.Deleted, result.PrevKvs?.Select(Pair)),
            CommandKind.LeaseRevoke or CommandKind.LeaseExpire => Revoke(result.Kind, result.Revision, result.Deleted),
            CommandKind.Txn => Txn(result.Revision, result.Txn!.Succeeded, result.Txn.Responses.Select(Of)),
            _ => $"{result.Kind} at {result.Revision}",
        };
    }

    public static string Of(in RangeResult result) =>
        result.Error != ErrorCode.None ? $"error {result.Error}" : Range(result.Count, result.Kvs.Select(Pair));

    public static string Put(long revision, IEnumerable<string>? before) => $"put at {revision}{Before(before)}";

    public static string Delete(long revision, long count, IEnumerable<string>? before) => $"deleted {count} at {revision}{Before(before)}";

    public static string Revoke(CommandKind kind, long revision, long count) => $"{kind} of {count} keys at {revision}";

    public static string Txn(long revision, bool succeeded, IEnumerable<string> answers) =>
        $"txn {(succeeded ? "then" : "else")} at {revision} {{{string.Join("; ", answers)}}}";

    public static string Range(long count, IEnumerable<string> pairs) => $"{count}: {string.Join(' ', pairs)}";

    public static string Pair(string key, string value, long create, long mod, long version, long lease = 0) =>
        string.Create(CultureInfo.InvariantCulture, $"{key}={value}@{create}.{mod}.{version}{(lease != 0 ? $"~{lease}" : string.Empty)}");

    public static string Pair(KeyValue pair) =>
        Pair(Show(pair.Key.Span), Show(pair.Value.Span), pair.CreateRevision, pair.ModRevision, pair.Version, pair.Lease);

    public static string Show(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    private static string Of(TxnOpResult result) => result.Kind switch
    {
        TxnOpKind.Range => Of(result.Range),
        TxnOpKind.Put => Put(result.Revision, result.PrevKvs?.Select(Pair)),
        TxnOpKind.DeleteRange => Delete(result.Revision, result.Deleted, result.PrevKvs?.Select(Pair)),
        _ => "nested",
    };

    private static string Before(IEnumerable<string>? pairs) => pairs is null ? string.Empty : $" before [{string.Join(' ', pairs)}]";
}
