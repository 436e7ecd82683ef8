using Grpc.Core;

namespace MetaStore.Client.Endpoints;

/// <summary>An open call with two streams: one writer and one reader at a time. Disposing it ends the call.</summary>
/// <param name="call">The call of Grpc.Net.Client.</param>
/// <param name="endpoint">Its endpoint.</param>
/// <param name="cancellation">The token that the call was made with.</param>
internal sealed class DuplexCall<TRequest, TResponse>(AsyncDuplexStreamingCall<TRequest, TResponse> call, Uri endpoint, CancellationToken cancellation) : IDisposable
    where TRequest : class
    where TResponse : class
{
    /// <summary>Sends a message. Throws <see cref="RpcException"/> when the call is over, and for the caller's token.</summary>
    public async Task WriteAsync(TRequest message)
    {
        try
        {
            await call.RequestStream.WriteAsync(message).ConfigureAwait(false);
        }
        catch (Exception failure) when (CallFailure.Of(failure, endpoint, cancellation) is { } seen)
        {
            throw seen;
        }
    }

    /// <summary>Sends no more messages. Throws as <see cref="WriteAsync"/>.</summary>
    public async Task CompleteAsync()
    {
        try
        {
            await call.RequestStream.CompleteAsync().ConfigureAwait(false);
        }
        catch (Exception failure) when (CallFailure.Of(failure, endpoint, cancellation) is { } seen)
        {
            throw seen;
        }
    }

    /// <summary>The next message, or null when the server ended the call with OK. Throws as <see cref="WriteAsync"/>.</summary>
    public async Task<TResponse?> ReadAsync()
    {
        try
        {
            return await call.ResponseStream.MoveNext(CancellationToken.None).ConfigureAwait(false) ? call.ResponseStream.Current : null;
        }
        catch (Exception failure) when (CallFailure.Of(failure, endpoint, cancellation) is { } seen)
        {
            throw seen;
        }
    }

    public void Dispose() => call.Dispose();
}
