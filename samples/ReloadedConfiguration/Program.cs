// Settings from the keys under config/, read again as soon as one changes: config/Greeting/Text is Greeting:Text.
using MetaStore.Client;
using Microsoft.Extensions.Options;
using ReloadedConfiguration;

var builder = Host.CreateApplicationBuilder(args);
builder.Configuration.AddMetaStore(MetaStoreClientOptions.Parse(builder.Configuration["Cluster"]!), "config/");
builder.Services.Configure<Greeting>(builder.Configuration.GetSection("Greeting"));

using var host = builder.Build();
var greeting = host.Services.GetRequiredService<IOptionsMonitor<Greeting>>();
Console.WriteLine(greeting.CurrentValue.Text);
using var subscription = greeting.OnChange(changed => Console.WriteLine(changed.Text));
await host.RunAsync();
