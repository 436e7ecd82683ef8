using System.Diagnostics;
using Google.Protobuf;
using Grpc.Core;
using MetaStore.Protocol.V1;
using MetaStore.Server.Calls;
using Kind = MetaStore.Protocol.V1.KvOperation.OperationOneofCase;

namespace MetaStore.Server.Services.Operations;

/// <summary>Runs the operations of one stream by <see cref="KvService"/>, each as a call of its own with the stream's metadata and connection.</summary>
internal sealed class OperationRunner(KvService kv, OperationCounts? counts, ServerCall stream, Metadata headers, CancellationToken cancelled)
{
    private static readonly Status UnknownKind = new(StatusCode.Unimplemented, "unknown operation");

    private readonly Action _abort = stream.Abort;

    /// <summary>The stream's call.</summary>
    public ServerCall Stream => stream;

    /// <summary>Its remote address, made once.</summary>
    public string Peer { get; } = stream.Peer;

    /// <summary>Cancelled with the stream's call.</summary>
    public CancellationToken Cancelled => cancelled;

    /// <summary>Who makes the operations.</summary>
    public KnownIdentity Known { get; } = new();

    /// <summary>Makes and answers puts.</summary>
    public KvService Kv => kv;

    /// <summary>Counts operations; null = they are not counted.</summary>
    public OperationCounts? Counts => counts;

    /// <summary>Runs an operation and returns its result or its error. Does not throw.</summary>
    public async ValueTask<FinishedOperation> RunAsync(KvOperation operation)
    {
        long startedAt = Stopwatch.GetTimestamp();
        Kind kind = operation.OperationCase;
        var context = new LocalCallContext(PathOf(kind), headers, Peer, TimeoutOf(operation), cancelled)
        {
            Credits = stream.Credits,
            CommonName = stream.CommonName,
            Known = Known,
            OnAbort = _abort,
        };
        if (kind == Kind.None)
        {
            return new FinishedOperation(ErrorOf(operation, UnknownKind), context.Call);
        }

        counts?.OnStarted(kind, context.Call, operation.Traceparent);
        KvResult result;
        Status status = Status.DefaultSuccess;
        bool isOpen = stream.TryOpenOperation();
        try
        {
            if (isOpen)
            {
                result = kind switch
                {
                    Kind.Put => new KvResult { Id = operation.Id, Put = await kv.Put(operation.Put, context) },
                    Kind.Range => new KvResult { Id = operation.Id, Range = await kv.Range(operation.Range, context) },
                    Kind.DeleteRange => new KvResult { Id = operation.Id, DeleteRange = await kv.DeleteRange(operation.DeleteRange, context) },
                    _ => new KvResult { Id = operation.Id, Txn = await kv.Txn(operation.Txn, context) },
                };
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

        counts?.OnEnded(kind, context.Call, RequestOf(operation), ResponseOf(result), status, Stopwatch.GetElapsedTime(startedAt));
        return new FinishedOperation(result, context.Call);
    }

    /// <summary>The operation's own timeout; null for the member's.</summary>
    public static TimeSpan? TimeoutOf(KvOperation operation) => operation.TimeoutUs > 0
        ? TimeSpan.FromMicroseconds(Math.Min(operation.TimeoutUs, TimeSpan.MaxValue.Ticks / TimeSpan.TicksPerMicrosecond))
        : null;

    /// <summary>The result of an operation that failed.</summary>
    public static KvResult ErrorOf(KvOperation operation, Status status) =>
        new() { Id = operation.Id, Error = new KvError { Code = (int)status.StatusCode, Message = status.Detail } };

    /// <summary>The method whose call an operation is.</summary>
    public static string PathOf(Kind kind) => kind switch
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
