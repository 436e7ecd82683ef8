using System.Diagnostics;
using Google.Protobuf;
using Grpc.Core;
using MetaStore.Protocol.Etcd;
using MetaStore.Protocol.V1;
using MetaStore.Server.Calls;
using Kind = MetaStore.Protocol.V1.KvOperation.OperationOneofCase;

namespace MetaStore.Server.Services.Operations;

/// <summary>Runs the operations of one stream by <see cref="KV.KVBase"/>, each as a call of its own with the stream's metadata and connection.</summary>
internal sealed class OperationRunner(KV.KVBase kv, OperationCounts? counts, ServerCall stream, Metadata headers, CancellationToken cancelled)
{
    private static readonly Status UnknownKind = new(StatusCode.Unimplemented, "unknown operation");

    private readonly string _peer = stream.Peer;

    /// <summary>Runs an operation and returns its result or its error. Does not throw.</summary>
    public async ValueTask<FinishedOperation> RunAsync(KvOperation operation)
    {
        long startedAt = Stopwatch.GetTimestamp();
        TimeSpan? timeout = operation.TimeoutUs > 0 ? TimeSpan.FromMicroseconds(Math.Min(operation.TimeoutUs, TimeSpan.MaxValue.Ticks / TimeSpan.TicksPerMicrosecond)) : null;
        string path = PathOf(operation.OperationCase);
        var context = new LocalCallContext(path, headers, _peer, timeout, cancelled)
        {
            Credits = stream.Credits,
            CommonName = stream.CommonName,
            OnAbort = stream.Abort,
        };
        if (operation.OperationCase == Kind.None)
        {
            return new FinishedOperation(ErrorOf(operation, UnknownKind), context.Call);
        }

        counts?.OnStarted(context.Call, operation.Traceparent);
        KvResult result;
        Status status = Status.DefaultSuccess;
        bool isOpen = stream.TryOpenOperation();
        try
        {
            if (isOpen)
            {
                result = await CallAsync(operation, context);
            }
            else
            {
                status = CallStatuses.TooManyRequests;
                result = ErrorOf(operation, status);
            }
        }
        catch (Exception failed)
        {
            // An operation that fails must not end the others.
            context.Call.ReleaseHold();
            status = stream.StatusOf(failed);
            result = ErrorOf(operation, status);
        }
        finally
        {
            if (isOpen)
            {
                stream.CloseOperation();
            }
        }

        counts?.OnEnded(context.Call, RequestOf(operation), ResponseOf(result), status, Stopwatch.GetElapsedTime(startedAt));
        return new FinishedOperation(result, context.Call);
    }

    private async ValueTask<KvResult> CallAsync(KvOperation operation, LocalCallContext context) => operation.OperationCase switch
    {
        Kind.Put => new KvResult { Id = operation.Id, Put = await kv.Put(operation.Put, context) },
        Kind.Range => new KvResult { Id = operation.Id, Range = await kv.Range(operation.Range, context) },
        Kind.DeleteRange => new KvResult { Id = operation.Id, DeleteRange = await kv.DeleteRange(operation.DeleteRange, context) },
        _ => new KvResult { Id = operation.Id, Txn = await kv.Txn(operation.Txn, context) },
    };

    private static KvResult ErrorOf(KvOperation operation, Status status) =>
        new() { Id = operation.Id, Error = new KvError { Code = (int)status.StatusCode, Message = status.Detail } };

    private static string PathOf(Kind kind) => kind switch
    {
        Kind.Put => "/etcdserverpb.KV/Put",
        Kind.Range => "/etcdserverpb.KV/Range",
        Kind.DeleteRange => "/etcdserverpb.KV/DeleteRange",
        Kind.Txn => "/etcdserverpb.KV/Txn",
        _ => "/metastore.v1.Operations/Run",
    };

    private static IMessage RequestOf(KvOperation operation) => operation.OperationCase switch
    {
        Kind.Put => operation.Put,
        Kind.Range => operation.Range,
        Kind.DeleteRange => operation.DeleteRange,
        _ => operation.Txn,
    };

    private static IMessage? ResponseOf(KvResult result) => result.ResultCase switch
    {
        KvResult.ResultOneofCase.Put => result.Put,
        KvResult.ResultOneofCase.Range => result.Range,
        KvResult.ResultOneofCase.DeleteRange => result.DeleteRange,
        KvResult.ResultOneofCase.Txn => result.Txn,
        _ => null,
    };
}
