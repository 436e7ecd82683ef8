using MetaStore.Protocol.Etcd;
using MetaStore.StateMachine.Watch;
using FilterType = MetaStore.Protocol.Etcd.WatchCreateRequest.Types.FilterType;

namespace MetaStore.Server.Watching;

/// <summary>The form of events a request asks for. Filters that do not exist are passed over, as in etcd.</summary>
internal static class WatchForms
{
    public static WatchForm Of(WatchCreateRequest request)
    {
        WatchForm form = request.PrevKv ? WatchForm.PrevKv : WatchForm.Plain;
        foreach (FilterType filter in request.Filters)
        {
            form |= filter switch
            {
                FilterType.Noput => WatchForm.NoPut,
                FilterType.Nodelete => WatchForm.NoDelete,
                _ => WatchForm.Plain,
            };
        }

        return form;
    }
}
