import { CostExplorerClient, GetCostAndUsageCommand, GetCostForecastCommand, type GetCostAndUsageCommandInput, type GetCostAndUsageCommandOutput, type GetCostForecastCommandInput, type GetCostForecastCommandOutput } from '@aws-sdk/client-cost-explorer';
import { AwsCalls } from '../../aws/aws-calls.js';
import type { Contact } from '../../collector.js';
import type { CostExplorerSettings } from './settings.js';

/** What AWS asks for each page, of whatever answer. */
const pageCostUsd = '0.01';

/** Cost Explorer, page by page. */
export class CostExplorer {
  private readonly calls: AwsCalls;
  private readonly client: CostExplorerClient;

  constructor(settings: CostExplorerSettings, contact: Contact) {
    this.calls = new AwsCalls({ name: 'AWS Cost Explorer', costUsdOf: () => pageCostUsd }, settings, contact);
    this.client = new CostExplorerClient({ ...this.calls.configuration, ...(settings.endpoint !== undefined && { endpoint: settings.endpoint }) });
  }

  /** One page. @throws CollectorUnavailable, PagesChanged when it is none of the pages before, CollectorRejected */
  costAndUsage(question: GetCostAndUsageCommandInput): Promise<GetCostAndUsageCommandOutput> {
    return this.calls.ask(() => this.client.send(new GetCostAndUsageCommand(question)));
  }

  /** @throws CollectorUnavailable, CollectorRejected */
  costForecast(question: GetCostForecastCommandInput): Promise<GetCostForecastCommandOutput> {
    return this.calls.ask(() => this.client.send(new GetCostForecastCommand(question)));
  }
}
