using System.Net;
using System.Net.Http.Headers;

namespace MetaStore.LoadGen.Watching;

/// <summary>A request body that is sent at once and then kept open, as a watch wants it.</summary>
internal sealed class OpenRequest : HttpContent
{
    private readonly byte[] _frames;
    private readonly CancellationToken _end;

    public OpenRequest(byte[] frames, CancellationToken end)
    {
        _frames = frames;
        _end = end;
        Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
    }

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await stream.WriteAsync(_frames, CancellationToken.None);
        await stream.FlushAsync(CancellationToken.None);
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
