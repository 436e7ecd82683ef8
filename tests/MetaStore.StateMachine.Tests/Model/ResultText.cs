using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Kv;
using MetaStore.StateMachine.Mvcc.Writing;
using MetaStore.StateMachine.Tests.Rig;

namespace MetaStore.StateMachine.Tests.Model;

/// <summary>Formats results of the state machine like those of the reference model.</summary>
internal static class ResultText
{
    public static string Of(in CommandResult result)
    {
        if (!result.Succeeded)
        {
            return "";
        }

        return result.Kind switch
        {
            CommandKind.Put => RangeSummary.Show(result.PrevKvs),
            CommandKind.DeleteRange => $"deleted {result.Deleted} {RangeSummary.Show(result.PrevKvs)}",
            CommandKind.Txn => Of(result.Txn!),
            CommandKind.LeaseRevoke => $"deleted {result.Deleted}",
            _ => "",
        };
    }

    private static string Of(TxnResult result)
        => $"{(result.Succeeded ? "yes" : "no")}({string.Join("; ", result.Responses.Select(response => response.Kind switch
        {
            TxnOpKind.Put => $"{RangeSummary.Show(response.PrevKvs)} @{response.Revision}",
            TxnOpKind.DeleteRange => $"deleted {response.Deleted} {RangeSummary.Show(response.PrevKvs)} @{response.Revision}",
            TxnOpKind.Range => RangeSummary.Of(response.Range).ToString(),
            _ => Of(response.Txn!),
        }))})";
}
