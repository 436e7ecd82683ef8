using System.Net;
using System.Net.Http.Headers;

namespace MetaStore.LoadGen.Leasing;

/// <summary>A request body that stays open until the end; the caller awaits <see cref="Opened"/> and writes into it.</summary>
internal sealed class OpenStream : HttpContent
{
    private readonly TaskCompletionSource<Stream> _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationToken _end;

    public OpenStream(CancellationToken end)
    {
        _end = end;
        Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
    }

    /// <summary>The stream to write to, once the request's headers are sent.</summary>
    public Task<Stream> Opened => _opened.Task;

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await stream.FlushAsync(CancellationToken.None);
        _opened.TrySetResult(stream);
        TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using CancellationTokenRegistration registration = _end.Register(() => ended.TrySetResult());
        await ended.Task;
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
