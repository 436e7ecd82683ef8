using Google.Protobuf;
using Grpc.Core;

namespace MetaStore.Client.Endpoints;

/// <summary>What callers see of a call that failed.</summary>
/// <remarks>
/// | Grpc.Net.Client reports | callers see |
/// |---|---|
/// | Cancelled, and the caller's token has fired | <see cref="OperationCanceledException"/> with that token |
/// | no connection could be made, whatever the code | Unavailable, naming the endpoint |
/// | the connection broke or was closed by GOAWAY, whatever the code | Unavailable, naming the endpoint |
/// | the deadline passed here | DeadlineExceeded with the text that etcd's clients have |
/// | Cancelled, because the answer is not gRPC or has no status; Unavailable, because a message cannot be decoded | Internal |
/// | anything else, above all what the server answered | the same |
///
/// Codes and texts are those that programs written for etcd's own client act upon.
/// </remarks>
internal static class CallFailure
{
    private const string DeadlineText = "context deadline exceeded";

    /// <summary>Begin the texts of Grpc.Net.Client for answers that no gRPC server gives, all of which it calls Cancelled.</summary>
    private static readonly string[] NoGrpcAnswer = ["No grpc-status found", "Bad gRPC response.", "Unexpected grpc-status value"];

    /// <summary>Translates a failure. The trailers stay.</summary>
    /// <param name="failure">As Grpc.Net.Client or an interceptor threw it.</param>
    /// <param name="endpoint">Where the call went.</param>
    /// <param name="caller">The caller's token.</param>
    public static Exception Of(RpcException failure, Uri endpoint, CancellationToken caller)
    {
        switch (failure.StatusCode)
        {
            case StatusCode.Cancelled when caller.IsCancellationRequested:
                return new OperationCanceledException(failure.Message, failure, caller);
            case StatusCode.Cancelled when NoGrpcAnswer.Any(text => failure.Status.Detail.StartsWith(text, StringComparison.Ordinal)):
                return With(failure, StatusCode.Internal, failure.Status.Detail);
            case StatusCode.DeadlineExceeded:
                return failure.Status.Detail.Length > 0 ? failure : With(failure, StatusCode.DeadlineExceeded, DeadlineText);
        }

        return failure.Status.DebugException switch
        {
            null => failure,
            InvalidProtocolBufferException => With(failure, StatusCode.Internal, failure.Status.Detail),
            var cause => TransportText.Of(cause, endpoint) is { } text ? With(failure, StatusCode.Unavailable, text) : failure,
        };
    }

    /// <summary>Translates whatever a stream failed with, or a client that is closed; null for what is no failure of a call.</summary>
    public static Exception? Of(Exception failure, Uri endpoint, CancellationToken caller) => failure switch
    {
        RpcException known => Of(known, endpoint, caller),
        ObjectDisposedException => new RpcException(new Status(StatusCode.Cancelled, "the client is disposed", failure)),
        OperationCanceledException when caller.IsCancellationRequested => new OperationCanceledException(failure.Message, failure, caller),
        OperationCanceledException or InvalidOperationException or IOException or HttpRequestException =>
            new RpcException(new Status(StatusCode.Unavailable, TransportText.Of(failure, endpoint) ?? $"the call to {endpoint} is over: {failure.Message}", failure)),
        _ => null,
    };

    private static RpcException With(RpcException failure, StatusCode code, string text) =>
        new(new Status(code, text, failure.Status.DebugException ?? failure), failure.Trailers);
}
