using MetaStore.Protocol.Etcd;

namespace MetaStore.Client.Transactions;

/// <summary>Builds a transaction: if all conditions hold the one list of operations runs, else the other; atomically, at one revision.</summary>
/// <remarks>
/// Not thread-safe, and meant for one commit: a builder may be committed again, and then the same request is sent again.
/// Source: etcd v3 API, KV.Txn.
/// </remarks>
/// <example><code>
/// var answer = await client.Txn()
///     .When(Condition.ModRevision("config") == seen)
///     .Then(Operation.Put("config", text))
///     .Else(Operation.Get("config"))
///     .CommitAsync();
/// </code></example>
public sealed class Transaction
{
    private readonly KvClient _kv;
    private readonly TxnRequest _request = new();

    internal Transaction(KvClient kv) => _kv = kv;

    /// <summary>Adds conditions; all of them must hold.</summary>
    public Transaction When(params ReadOnlySpan<Compare> conditions)
    {
        foreach (var condition in conditions)
        {
            _request.Compare.Add(condition);
        }

        return this;
    }

    /// <summary>Adds operations that run when the conditions hold.</summary>
    public Transaction Then(params ReadOnlySpan<RequestOp> operations)
    {
        foreach (var operation in operations)
        {
            _request.Success.Add(operation);
        }

        return this;
    }

    /// <summary>Adds operations that run when one of the conditions does not hold.</summary>
    public Transaction Else(params ReadOnlySpan<RequestOp> operations)
    {
        foreach (var operation in operations)
        {
            _request.Failure.Add(operation);
        }

        return this;
    }

    /// <summary>The request as built so far; a copy.</summary>
    public TxnRequest ToRequest() => _request.Clone();

    /// <summary>Runs the transaction.</summary>
    /// <returns>Which list ran (<see cref="TxnResponse.Succeeded"/>) and the answer of each of its operations, in order.</returns>
    /// <exception cref="Grpc.Core.RpcException">It failed. With Unavailable or DeadlineExceeded it may have taken effect.</exception>
    public Task<TxnResponse> CommitAsync(CancellationToken cancellation = default) => _kv.TxnAsync(_request, cancellation);
}
