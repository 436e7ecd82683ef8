using Microsoft.AspNetCore.Http;

namespace MetaStore.Server.Dashboard.Pages;

/// <summary>A streaming response: lines of JSON, each sent when it is written. A client that does not read is waited for, then disconnected.</summary>
/// <remarks>At most the connection's buffer and one line wait for a client.</remarks>
internal sealed class LineStream(HttpContext http) : IDisposable
{
    /// <summary>How long a client may read nothing.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly SemaphoreSlim _oneWriter = new(1, 1);

    /// <summary>Sends the headers.</summary>
    public Task StartAsync()
    {
        http.Response.StatusCode = StatusCodes.Status200OK;
        http.Response.ContentType = "application/x-ndjson";
        return http.Response.StartAsync(http.RequestAborted);
    }

    /// <summary>Sends one line, which ends with a line feed. Any thread.</summary>
    /// <exception cref="OperationCanceledException">Cancelled by <paramref name="stop"/>, by the client, or because it read nothing for too long.</exception>
    public async Task WriteAsync(ReadOnlyMemory<byte> line, CancellationToken stop)
    {
        await _oneWriter.WaitAsync(stop);
        try
        {
            using var late = CancellationTokenSource.CreateLinkedTokenSource(stop);
            late.CancelAfter(Patience);
            await http.Response.BodyWriter.WriteAsync(line, late.Token);
            if (late.IsCancellationRequested)
            {
                http.Abort();
                late.Token.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            _oneWriter.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _oneWriter.Dispose();
}
