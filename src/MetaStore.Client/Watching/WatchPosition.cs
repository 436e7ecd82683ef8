using MetaStore.Protocol.Etcd;

namespace MetaStore.Client.Watching;

/// <summary>Position of a watch: where to resume it, and which events were already returned.</summary>
internal sealed class WatchPosition
{
    private readonly WatchCreateRequest _request;
    private int _pauses;

    public WatchPosition(WatchCreateRequest request)
    {
        _request = request.Clone();
        _request.WatchId = 0;
    }

    /// <summary>The request that continues the watch.</summary>
    public WatchRequest Request => new() { CreateRequest = _request };

    /// <summary>Consecutive streams without events; the pauses grow with it.</summary>
    public int Failures => _pauses;

    /// <summary>Records a whole response.</summary>
    public void Advance(WatchResponse response)
    {
        _pauses = 0;
        if (response.Events.Count > 0)
        {
            _request.StartRevision = response.Events[^1].Kv.ModRevision + 1;
        }
        else if (!response.Created || _request.StartRevision == 0)
        {
            // Created "from now on", or progress: everything up to the header's revision was returned.
            _request.StartRevision = Math.Max(_request.StartRevision, response.Header.Revision + 1);
        }
    }

    /// <summary>Counts a stream that ended.</summary>
    public void Fail() => _pauses++;
}
