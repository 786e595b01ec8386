import { aws } from '../accounts.js';
import { services, type Service } from './service.js';

const region = 'us-east-1';

function kubernetes(environment: string, nodeHours: number): Service[] {
  return services(
    { cloud: aws, region, kind: 'cluster', slug: `eks-${environment}`, type: 'Kubernetes Cluster', service: 'Amazon Elastic Kubernetes Service', category: 'Compute', team: 'platform', environment },
    { sku: `eks-${environment}-m7i`, description: 'Node hours of m7i.8xlarge', unit: 'Hours', price: 1.6128, discount: 0.08, perDay: nodeHours, yearlyGrowth: 1.3, weekendShare: 0.85 },
    { sku: `eks-${environment}-spot`, description: 'Spot node hours of m7i.8xlarge', unit: 'Hours', price: 1.6128, perDay: nodeHours / 3, yearlyGrowth: 1.5, weekendShare: 0.8, isSpot: true },
    { sku: `eks-${environment}-control-plane`, description: 'Control plane hours', unit: 'Hours', price: 0.1, perDay: 24, yearlyGrowth: 1, weekendShare: 1 },
  );
}

export const awsServices: readonly Service[] = [
  ...kubernetes('production', 640),
  ...kubernetes('staging', 170),
  ...kubernetes('development', 90),
  ...services(
    { cloud: aws, region, kind: 'notebook', slug: 'research-notebooks', type: 'Notebook', service: 'Amazon SageMaker', category: 'AI and Machine Learning', team: 'research', environment: 'development' },
    { sku: 'sagemaker-g6', description: 'Notebook hours of ml.g6.4xlarge', unit: 'Hours', price: 1.654, discount: 0.05, perDay: 290, yearlyGrowth: 1.4, weekendShare: 0.35 },
    { sku: 'sagemaker-storage', description: 'Notebook storage', unit: 'GiB-Months', price: 0.14, perDay: 420, yearlyGrowth: 1.3, weekendShare: 1 },
  ),
  ...services(
    { cloud: aws, region, kind: 'fleet', slug: 'data-preparation', type: 'Instance Fleet', service: 'Amazon Elastic Compute Cloud', category: 'Compute', team: 'research' },
    { sku: 'ec2-c7i', description: 'Instance hours of c7i.24xlarge', unit: 'Hours', price: 4.284, discount: 0.08, perDay: 120, yearlyGrowth: 1.2, weekendShare: 0.6 },
    { sku: 'ec2-c7i-spot', description: 'Spot instance hours of c7i.24xlarge', unit: 'Hours', price: 4.284, perDay: 160, yearlyGrowth: 1.4, weekendShare: 0.7, isSpot: true },
  ),
  ...services(
    { cloud: aws, region, kind: 'database', slug: 'platform-postgres', type: 'Database', service: 'Amazon Relational Database Service', category: 'Databases', team: 'platform' },
    { sku: 'rds-r7g', description: 'Instance hours of db.r7g.8xlarge, Multi-AZ', unit: 'Hours', price: 7.648, discount: 0.08, perDay: 48, yearlyGrowth: 1, weekendShare: 1 },
    { sku: 'rds-storage', description: 'Database storage', unit: 'GiB-Months', price: 0.23, perDay: 260, yearlyGrowth: 1.3, weekendShare: 1 },
    { sku: 'rds-backup', description: 'Backup storage', unit: 'GiB-Months', price: 0.095, perDay: 310, yearlyGrowth: 1.3, weekendShare: 1 },
  ),
  ...services(
    { cloud: aws, region, kind: 'observability', slug: 'cloudwatch', type: 'Log Group', service: 'Amazon CloudWatch', category: 'Management and Governance', team: 'platform' },
    { sku: 'cloudwatch-logs', description: 'Log ingestion', unit: 'GB', price: 0.5, perDay: 420, yearlyGrowth: 1.5 },
    { sku: 'cloudwatch-metrics', description: 'Custom metrics', unit: 'Metric-Months', price: 0.3, perDay: 260, yearlyGrowth: 1.1, weekendShare: 1 },
  ),
  ...services(
    { cloud: aws, region, kind: 'network', slug: 'dataset-egress', type: 'Data Transfer', service: 'AWS Data Transfer', category: 'Networking', team: 'research', isTaggedOnBill: false },
    { sku: 'egress-internet', description: 'Data transfer out to the internet', unit: 'GB', price: 0.085, discount: 0.1, perDay: 5_200, yearlyGrowth: 1.4, weekendShare: 0.7 },
    { sku: 'egress-region', description: 'Data transfer to another region', unit: 'GB', price: 0.02, perDay: 14_000, yearlyGrowth: 1.4, weekendShare: 0.7 },
  ),
  ...services(
    { cloud: aws, region, kind: 'network', slug: 'nat-gateways', type: 'NAT Gateway', service: 'Amazon Virtual Private Cloud', category: 'Networking', team: 'platform' },
    { sku: 'nat-hours', description: 'NAT gateway hours', unit: 'Hours', price: 0.045, perDay: 144, yearlyGrowth: 1, weekendShare: 1 },
    { sku: 'nat-bytes', description: 'Data processed by NAT gateways', unit: 'GB', price: 0.045, perDay: 4_100, yearlyGrowth: 1.3, weekendShare: 0.8 },
  ),
  ...services(
    { cloud: aws, region, kind: 'stream', slug: 'event-log', type: 'Kafka Cluster', service: 'Amazon Managed Streaming for Apache Kafka', category: 'Integration', team: 'data' },
    { sku: 'msk-broker', description: 'Broker hours of kafka.m7g.4xlarge', unit: 'Hours', price: 1.632, discount: 0.05, perDay: 144, yearlyGrowth: 1, weekendShare: 1 },
    { sku: 'msk-storage', description: 'Broker storage', unit: 'GiB-Months', price: 0.1, perDay: 900, yearlyGrowth: 1.4, weekendShare: 1 },
  ),
  ...services(
    { cloud: aws, region, kind: 'security', slug: 'guardduty', type: 'Detector', service: 'Amazon GuardDuty', category: 'Security', team: 'platform', isTaggedOnBill: false },
    { sku: 'guardduty-events', description: 'Analysed events', unit: '1000000 Events', price: 4, perDay: 26, yearlyGrowth: 1.2 },
  ),
];
