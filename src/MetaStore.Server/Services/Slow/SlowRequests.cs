using Google.Protobuf;
using Grpc.Core;
using MetaStore.Protocol.Etcd;
using MetaStore.Server.Calls;
using MetaStore.Server.Observability.Logging;
using Microsoft.Extensions.Logging;

namespace MetaStore.Server.Services.Slow;

/// <summary>Writes etcd's "request stats" log line for every slow unary call, with sizes and the cause, without values.</summary>
/// <param name="logger">Receives the line.</param>
/// <param name="warnAfter">Calls that take longer are logged (<c>--warning-unary-request-duration</c>).</param>
/// <param name="time">Wall clock.</param>
internal sealed class SlowRequests(ILogger logger, TimeSpan warnAfter, TimeProvider time)
{
    /// <summary>True when a call that took so long is logged.</summary>
    public bool IsLogged(TimeSpan elapsed) => elapsed > warnAfter || logger.IsEnabled(LogLevel.Debug);

    /// <summary>Logs a finished call if it was slow.</summary>
    /// <param name="call">The call.</param>
    /// <param name="request">The request.</param>
    /// <param name="response">The response; null when the call failed.</param>
    /// <param name="status">The status that the call ended with.</param>
    /// <param name="elapsed">Duration of the call.</param>
    public void Look(ServerCall call, IMessage request, IMessage? response, Status status, TimeSpan elapsed)
    {
        bool isSlow = elapsed > warnAfter;
        if (!IsLogged(elapsed))
        {
            return;
        }

        (long asked, int askedBytes, long answered, int answeredBytes) = Sizes(request, response);
        var fields = new List<KeyValuePair<string, object?>>
        {
            new("start time", new LogLine(time.GetUtcNow().UtcDateTime - elapsed, default, "", "", [], null).Time),
            new("time spent", elapsed),
            new("remote", call.Peer),
            new("response type", call.Method),
            new("request count", asked),
            new("request size", askedBytes),
            new("response count", answered),
            new("response size", answeredBytes),
            new("request content", RequestText.Of(request)),
        };
        foreach ((string name, TimeSpan took) in call.Stages?.Stages ?? [])
        {
            fields.Add(new(name, took));
        }

        fields.Add(new(SlowCause.Other, SlowCause.Rest(call.Stages, elapsed)));
        fields.Add(new("cause", SlowCause.Of(call.Stages, elapsed)));
        if (!status.IsOK())
        {
            fields.Add(new("error", status.Detail));
        }

        logger.WithFields(isSlow ? LogLevel.Warning : LogLevel.Debug, new EventId(1060, nameof(SlowRequests)), "request stats", fields);
    }

    /// <summary>Keys and bytes written, keys and bytes read, counted as etcd does; -1 where it does not count.</summary>
    private static (long Asked, int AskedBytes, long Answered, int AnsweredBytes) Sizes(IMessage request, IMessage? response)
    {
        int answeredBytes = response?.CalculateSize() ?? 0;
        return request switch
        {
            RangeRequest => (0, request.CalculateSize(), (response as RangeResponse)?.Count ?? 0, answeredBytes),
            PutRequest => (1, request.CalculateSize(), 0, answeredBytes),
            DeleteRangeRequest => (0, request.CalculateSize(), (response as DeleteRangeResponse)?.Deleted ?? 0, answeredBytes),
            TxnRequest txn when response is TxnResponse { Succeeded: true } => (txn.Success.Count, txn.Success.Sum(op => op.CalculateSize()), 0, answeredBytes),
            TxnRequest txn when response is TxnResponse => (txn.Failure.Count, txn.Failure.Sum(op => op.CalculateSize()), 0, answeredBytes),
            TxnRequest => (0, request.CalculateSize(), 0, 0),
            _ => (-1, -1, -1, -1),
        };
    }
}
