using Google.Protobuf;
using Grpc.Core;

namespace MetaStore.Client.Endpoints;

/// <summary>Maps the error of a failed call to what callers see.</summary>
/// <remarks>
/// | Grpc.Net.Client reports | callers see |
/// |---|---|
/// | Cancelled, and the caller's token has fired | <see cref="OperationCanceledException"/> with that token |
/// | no connection could be made, whatever the code | Unavailable, naming the endpoint |
/// | the connection broke or was closed by GOAWAY, whatever the code | Unavailable, naming the endpoint |
/// | the deadline passed here | DeadlineExceeded with the text that etcd's clients have |
/// | Cancelled, because the answer is not gRPC or has no status; Unavailable, because a message cannot be decoded | Internal |
/// | anything else, mainly the server's answer | the same |
///
/// These are the codes and texts that programs written for etcd's own client rely on.
/// </remarks>
internal static class CallFailure
{
    private const string DeadlineText = "context deadline exceeded";

    /// <summary>Prefixes of Grpc.Net.Client's texts for answers that are not gRPC; it reports all of them as Cancelled.</summary>
    private static readonly string[] NoGrpcAnswer = ["No grpc-status found", "Bad gRPC response.", "Unexpected grpc-status value"];

    /// <summary>Translates a failure. The trailers stay.</summary>
    /// <param name="failure">As Grpc.Net.Client or an interceptor threw it.</param>
    /// <param name="endpoint">Endpoint of the call.</param>
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

    /// <summary>Translates any failure of a stream, or of a closed client; null for exceptions that are not a failure of a call.</summary>
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
