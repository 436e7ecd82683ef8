using Google.Protobuf;
using Grpc.Core;
using MetaStore.Protocol.Etcd;
using MetaStore.Server.Calls;
using MetaStore.Server.Observability.Logging;
using Microsoft.Extensions.Logging;

namespace MetaStore.Server.Services;

/// <summary>etcd's line "request stats" for every unary call that took longer than it should, with sizes, without values, and with the cause.</summary>
/// <param name="logger">Where it goes.</param>
/// <param name="warnAfter">From which time on (<c>--warning-unary-request-duration</c>).</param>
/// <param name="time">Wall clock.</param>
internal sealed class SlowRequests(ILogger logger, TimeSpan warnAfter, TimeProvider time)
{
    /// <summary>Looks at one call that is done.</summary>
    /// <param name="call">The call.</param>
    /// <param name="request">What was asked.</param>
    /// <param name="response">What is answered; null when it failed.</param>
    /// <param name="status">How it ended.</param>
    /// <param name="elapsed">How long it took.</param>
    public void Look(ServerCall call, IMessage request, IMessage? response, Status status, TimeSpan elapsed)
    {
        bool isSlow = elapsed > warnAfter;
        if (!isSlow && !logger.IsEnabled(LogLevel.Debug))
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

        if (!status.IsOK())
        {
            fields.Add(new("error", status.Detail));
        }

        logger.WithFields(isSlow ? LogLevel.Warning : LogLevel.Debug, new EventId(1060, nameof(SlowRequests)), "request stats", fields);
    }

    /// <summary>Keys written and bytes, keys read and bytes, as etcd counts them; -1 where it does not.</summary>
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
